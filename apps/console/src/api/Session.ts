/** Who looks, and at which libraries. */
import { signal } from "@preact/signals"
import { answerOf, client, newKey, Refusal, type Schemas } from "./Client.js"
import { live } from "./Live.js"

export type Access = Schemas["Access"]
export type Library = Schemas["Library"]

/** `undefined`: not known yet; `null`: nobody is signed in. */
export const access = signal<Access | null | undefined>(undefined)

const isSignedOut = (error: unknown): boolean =>
  error instanceof Refusal && error.problem.type === "NotSignedIn"

/** Finds out who is signed in. */
export const findAccess = async (): Promise<void> => {
  try {
    access.value = await answerOf(client.GET("/v1/me"))
    live.start()
  } catch (error) {
    if (!isSignedOut(error)) throw error
    access.value = null
  }
}

/** Exchanges the code of a link for a cookie that lasts; the secret in it is made here. */
export const signIn = async (code: string): Promise<void> => {
  access.value = await answerOf(client.POST("/v1/session", { body: { code, secret: newKey() } }))
  live.start()
}

export const signOut = async (): Promise<void> => {
  await answerOf(client.DELETE("/v1/session"))
  live.stop()
  access.value = null
}
