/** A song or a performance at one moment. */
import type { Json } from "@white-room/core"
import { answerOf, client, idInPath } from "../api/Client.js"

export type Kind = "song" | "performance"

export interface Item {
  readonly name: string
  /** What stands beside the document: composer, genre, tags. */
  readonly fields: Readonly<Record<string, Json | undefined>>
  readonly document: string
}

/** Fields that follow every save and tell nobody anything. */
const bookkeeping = ["id", "createdAt", "updatedAt"]

const itemOf = (document: string, name: string, rest: Item["fields"]): Item => ({
  name,
  document,
  fields: Object.fromEntries(
    Object.entries({ name, ...rest }).filter(([field]) => !bookkeeping.includes(field))
  )
})

/** Reads it as it was at `at`, or as it is. */
export const readItem = async (
  library: string,
  kind: Kind,
  id: string,
  at: string | undefined,
  signal: AbortSignal
): Promise<Item> => {
  const params = { path: { library, id: idInPath(id) }, query: at === undefined ? {} : { at } }
  if (kind === "song") {
    const { songDataJSON, name, ...rest } = await answerOf(
      client.GET("/v1/libraries/{library}/songs/{id}", { signal, params })
    )
    return itemOf(songDataJSON, name, rest)
  }
  const { performanceDataJSON, name, ...rest } = await answerOf(
    client.GET("/v1/libraries/{library}/performances/{id}", { signal, params })
  )
  return itemOf(performanceDataJSON, name, rest)
}
