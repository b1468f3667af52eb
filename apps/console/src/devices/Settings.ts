/** Who is told what, as the API has it. */
import { answerOf, client, type Schemas } from "../api/Client.js"

export type Settings = Schemas["Settings"]

/** Changes what is named, all of it or nothing. */
export const changeSettings = async (body: Schemas["SettingsChange"]): Promise<void> => {
  await answerOf(client.PATCH("/v1/settings", { body }))
}

/** Addresses as they are typed, with commas or new lines between. */
export const addressesIn = (typed: string): Array<string> =>
  typed
    .split(/[,;\n]/)
    .map((address) => address.trim())
    .filter((address) => address !== "")
