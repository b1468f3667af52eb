/** Before a completion: the names in the library that the words are about. */
import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import { learn, noNames } from "./command/Known.js"
import { loadStore, loadTransfer } from "./command/Load.js"
import { readConfig } from "./settings/Config.js"
import { libraryPath } from "./settings/Environment.js"

/** The library that is named among words that are not finished. */
const namedIn = (words: ReadonlyArray<string>): string | undefined => {
  const at = words.findLastIndex((word) => word === "-l" || word === "--library")
  return words[at + 1] !== undefined && at >= 0 && at + 1 < words.length - 1
    ? words[at + 1]
    : words.find((word) => word.startsWith("--library="))?.slice("--library=".length)
}

/** A name with control characters is typed by nobody. */
const typable = (names: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(names.filter((name) => name !== "" && !/\p{Cc}/u.test(name)))
]

/** Bash puts in what it is given; zsh and fish quote it themselves. */
const escaped = (name: string): string =>
  name.replace(/[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}_@%+=:,./-]/gu, "\\$&")

const namesIn = (path: string) =>
  Effect.gen(function* () {
    const { openLibrary } = yield* loadStore
    const { vaultRecords } = yield* loadTransfer
    const library = yield* openLibrary(path)
    const named = (all: ReadonlyArray<{ readonly name: string }>) => typable(all.map(({ name }) => name))
    const backups = yield* library.backups.list()
    return {
      songs: named(yield* library.songs.list()),
      performances: named(yield* library.performances.list()),
      backups: ["latest", ...backups.map(({ number }) => `b${number}`)],
      profiles: named(yield* library.schedule.profiles),
      vaults: named(yield* vaultRecords(library).all)
    }
  }).pipe(Effect.scoped)

/** Learns them where the words ask for a completion. What cannot be read offers nothing: a shell is no place for errors. */
export const learnNames = async (
  words: ReadonlyArray<string>,
  env: Readonly<Record<string, string | undefined>>
): Promise<void> => {
  const [command, shell, ...typed] = words
  learn(noNames, (name) => name)
  if (command !== "completion" || typed.length === 0) return
  try {
    const path = libraryPath(namedIn(typed), env, readConfig(env))
    if (existsSync(path)) {
      const names = await Effect.runPromise(namesIn(path))
      learn(names, shell === "bash" ? escaped : (name) => name)
    }
  } catch {
    // The words themselves are completed all the same.
  }
}
