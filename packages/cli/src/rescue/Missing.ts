/** What may be missing: songs and performances of today and of the past whose name is near what a person remembers. */
import { type EntityVersion, foldText, type Kind } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { CliFailure } from "../error/CliError.js"
import { changesOfItem } from "../plan/Changes.js"
import { editDistance } from "../select/Names.js"

/** A version to bring back, and what differs from today. */
export interface OldVersion extends EntityVersion {
  /** In words, what bringing it back would change; `undefined` where it would make what is not there. */
  readonly brings: ReadonlyArray<string> | undefined
}

/** A song or performance that may be meant. */
export interface Missing {
  readonly kind: Exclude<Kind, "preferences">
  readonly id: string
  /** As it is called, or was last. */
  readonly name: string
  /** The name of the past that was found, where it is another one. */
  readonly formerly: string | undefined
  /** The newest version: a deletion, or how it is now. */
  readonly last: EntityVersion
  /** Those that can be brought back, the likeliest first. */
  readonly versions: ReadonlyArray<OldVersion>
}

/** More nobody looks at. */
const bounds = { candidates: 8, versions: 6, names: 20_000 } as const

/** A name that was not far off, where nothing has the words in it. */
const longestCompared = 64

const wordsOf = (text: string): ReadonlyArray<string> => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? []

/** How far a word is from the nearest of a name; `undefined`: too far. A beginning is no distance, a slip is one. */
const distanceOf = (word: string, name: ReadonlyArray<string>): number | undefined => {
  const wanted = word.slice(0, longestCompared)
  const all = name.map((part) =>
    part.includes(wanted)
      ? 0
      : Math.min(
          ...[longestCompared, wanted.length, wanted.length + 1].map((length) =>
            editDistance(wanted, part.slice(0, length))
          )
        )
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

/** What bringing a version back would do, as its restore plan says it. */
const withDifference = (library: Library, kind: Missing["kind"], id: string) => (version: EntityVersion) =>
  Effect.gen(function* () {
    const only = [{ kind, id }]
    const plan = yield* library.backups.plan(`@${version.position}`, { only, onConflict: "replace" })
    const item = plan.items.find((each) => each.kind === kind && each.id === id)
    // It is today as it was then.
    if (item === undefined) return []
    const brings = item.action === "create" ? undefined : yield* changesOfItem(library, plan, item)
    return [{ ...version, brings }]
  }).pipe(
    // What was let go of cannot be brought back.
    Effect.catchTags({
      ContentReleased: () => Effect.succeed([]),
      LibraryDamaged: () => Effect.succeed([])
    })
  )

const lookAt = (
  library: Library,
  { kind, id, name: found }: Near
): Effect.Effect<ReadonlyArray<Missing>, CliFailure> =>
  Effect.gen(function* () {
    const all = yield* library.history.versions({ kind, id })
    const last = all.at(-1)
    if (last === undefined) return []
    const old = all.filter(({ deleted, version }) => !deleted && version !== last.version)
    const newest = old.toReversed().slice(0, bounds.versions)
    const versions = (yield* Effect.forEach(newest, withDifference(library, kind, id))).flat()
    const name = last.name
    return [{ kind, id, name, formerly: found === name ? undefined : found, last, versions }]
  }).pipe(Effect.catchTag("EntityNotFound", () => Effect.succeed([])))

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
