/** What may be missing: songs and performances of today and of the past whose name is near what a person remembers. */
import { foldText } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { CliFailure } from "../error/CliError.js"
import { type OldVersions, oldVersionsOf } from "../restore/OldVersions.js"
import { compared, editsTo } from "../select/Names.js"

/** A song or performance that may be meant. */
export interface Missing extends OldVersions {
  /** The name of the past that was found, where it is another one. */
  readonly formerly: string | undefined
}

/** More nobody looks at. */
const bounds = { candidates: 8, names: 20_000 } as const

const wordsOf = (text: string): ReadonlyArray<string> => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? []

/** How far a word is from the nearest of a name; `undefined`: too far. A beginning is no distance, a slip is one. */
const distanceOf = (word: string, name: ReadonlyArray<string>): number | undefined => {
  const wanted = word.slice(0, compared)
  const all = name.map((part) =>
    part.includes(wanted) ? 0 : editsTo(part, wanted, [wanted.length, wanted.length + 1])
  )
  const least = Math.min(...all)
  return least <= Math.max(wanted.length > 3 ? 1 : 0, Math.floor(wanted.length / 3)) ? least : undefined
}

/** How far a name is from the words a person said, in any order; `undefined`: it is not meant. */
export const howFar = (words: ReadonlyArray<string>, name: string): number | undefined => {
  const parts = wordsOf(name)
  const whole = parts.join("")
  if (whole.includes(words.join(""))) return 0
  const each = words.map((word) => distanceOf(word, parts))
  return each.some((distance) => distance === undefined)
    ? undefined
    : each.reduce<number>((sum, distance) => sum + (distance ?? 0), 0)
}

interface Near {
  readonly kind: Missing["kind"]
  readonly id: string
  readonly name: string
  readonly far: number
  /** When it last had this name, or was changed. */
  readonly time: number
}

/** Names of today and of the past, the nearest first, then what changed last. */
const nearNames = (library: Library, words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const found = new Map<string, Near>()
    const add = (each: Near) => {
      const known = found.get(`${each.kind} ${each.id}`)
      if (known === undefined || each.far < known.far) found.set(`${each.kind} ${each.id}`, each)
    }
    // Every run of versions has every text in it: all names there ever were.
    for (const { kind, id, name, since, until } of (yield* library.history.find("")).slice(0, bounds.names)) {
      const far = howFar(words, name)
      if (kind !== "preferences" && far !== undefined)
        add({ kind, id, name, far, time: (until ?? since).getTime() })
    }
    const all = [...found.values()].sort((a, b) => a.far - b.far || b.time - a.time)
    // Beside what fits, what fits much less is noise.
    const least = all[0]?.far ?? 0
    return all.filter(({ far }) => far <= least + 1)
  })

const lookAt = (
  library: Library,
  { kind, id, name }: Near
): Effect.Effect<ReadonlyArray<Missing>, CliFailure> =>
  oldVersionsOf(library, kind, id).pipe(
    Effect.map((old) =>
      old === undefined ? [] : [{ ...old, formerly: name === old.name ? undefined : name }]
    ),
    Effect.catchTag("EntityNotFound", () => Effect.succeed([]))
  )

/** What is gone is missed before what is there; of the same, what changed last. */
const order = (a: Missing & { far: number }, b: Missing & { far: number }): number =>
  a.far - b.far ||
  Number(b.last.deleted) - Number(a.last.deleted) ||
  b.last.timestamp.getTime() - a.last.timestamp.getTime()

/** What may be meant by these words, the likeliest first; by none, what was deleted or changed last. */
export const findMissing = (
  library: Library,
  text: string
): Effect.Effect<ReadonlyArray<Missing>, CliFailure> =>
  Effect.gen(function* () {
    const near = (yield* nearNames(library, wordsOf(text))).slice(0, bounds.candidates)
    const looked = yield* Effect.forEach(near, (each) =>
      Effect.map(lookAt(library, each), (all) => all.map((missing) => ({ ...missing, far: each.far })))
    )
    return looked
      .flat()
      .toSorted(order)
      .map(({ far: _, ...missing }) => missing)
  })
