/** Looks for the database of the app. What it holds is seen in a private copy: whoever made it, nothing happens to any file. */
import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import { appDatabase } from "./Environment.js"

export interface AppDatabase {
  readonly path: string
  /** True when it was adopted before. */
  readonly library: boolean
  /** `undefined` when the file could not be read, for example because the app is writing it. */
  readonly songs: number | undefined
  readonly changedAt: Date | undefined
}

/** The app's database in its usual place. */
export const findAppDatabase = async (
  env: Readonly<Record<string, string | undefined>>
): Promise<AppDatabase | undefined> => {
  const path = appDatabase(env)
  if (!existsSync(path)) return undefined
  const { glanceAtApp } = await import("@white-room/store")
  // Locked, damaged, made to do harm, or of another kind: that it is there is still worth saying.
  const unread = { library: false, songs: undefined, changedAt: undefined }
  const seen = await Effect.runPromise(Effect.orElseSucceed(glanceAtApp(path), () => unread))
  return { path, ...seen }
}
