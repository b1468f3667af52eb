/** The versions of one song or performance that can be brought back, what each would change, and the choice among them. */
import { betweenBackups, changesOfItem, type EntityVersion, type Kind, unknownActor } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import type { CliFailure } from "../error/CliError.js"
import { byIdOnly } from "../select/Names.js"
import { printable } from "../terminal/Harmless.js"
import { count, phrases } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"
import type { RestoreWish } from "./checkWish.js"

type PastKind = Exclude<Kind, "preferences">

/** A version to bring back, and what differs from today. */
export interface OldVersion extends EntityVersion {
  /** In words, what bringing it back would change; `undefined` where it would make what is not there. */
  readonly brings: ReadonlyArray<string> | undefined
}

export interface OldVersions {
  readonly kind: PastKind
  readonly id: string
  /** As it is called, or was last. */
  readonly name: string
  /** The newest version: a deletion, or how it is now. */
  readonly last: EntityVersion
  /** Those that can be brought back, the newest first. */
  readonly versions: ReadonlyArray<OldVersion>
}

/** More nobody looks at. */
const mostShown = 6

/** What bringing a version back would do, as its restore plan says it. */
const withDifference = (library: Library, kind: PastKind, id: string) => (version: EntityVersion) =>
  Effect.gen(function* () {
    const only = [{ kind, id }]
    const plan = yield* library.backups.plan(version.source, { only, onConflict: "replace" })
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

/** Fails with `EntityNotFound` where there never was one of this id. */
export const oldVersionsOf = (
  library: Library,
  kind: PastKind,
  id: string
): Effect.Effect<OldVersions | undefined, CliFailure> =>
  Effect.gen(function* () {
    const all = yield* library.history.versions({ kind, id })
    const last = all.at(-1)
    if (last === undefined) return undefined
    // What only a backup has is not there today.
    const isToday = ({ version, position }: EntityVersion) => version === last.version && position > 0
    const old = all.filter((version) => !version.deleted && !isToday(version))
    const newest = old.toReversed().slice(0, mostShown)
    const versions = (yield* Effect.forEach(newest, withDifference(library, kind, id))).flat()
    return { kind, id, name: last.name, last, versions }
  })

/** Who made a version, as people say it. */
const byWhom = (actor: string): string => (actor === "external" ? "another program" : printable(actor))

/** When and by whom it was made; of what is from before the log only between which backups is known. */
export const whenAndBy = (version: EntityVersion, now: Date, by = ", by "): string => {
  const between = betweenBackups(version)
  const when = ago(version.timestamp, now)
  const whom = version.actor === unknownActor ? "" : `${by}${byWhom(version.actor)}`
  return `${between === undefined ? when : `${between} (${when})`}${whom}`
}

const differsText = ({ brings, changes }: OldVersion, isLast: boolean): string => {
  if (brings !== undefined) return `bringing it back changes: ${phrases(brings, 4)}`
  return isLast ? "as it was before it was deleted" : `its change then: ${phrases(changes, 3)}`
}

/** One of them for each number. */
export const versionsText = ({ name, versions }: OldVersions, now: Date): string =>
  [
    `${count(versions.length, "version")} of ${printable(name)} can be brought back:`,
    ...versions.map(
      (version, at) =>
        `${String(at + 1).padStart(3)}  version ${version.version}, ${whenAndBy(version, now)}\n     ${differsText(version, at === 0)}`
    )
  ].join("\n")

/** The one that a person chooses by its number; `undefined`: none of them. */
export const chooseOne = <A>(
  cli: Cli,
  all: ReadonlyArray<A>,
  question: string
): Effect.Effect<A | undefined> =>
  Effect.gen(function* () {
    const answer = yield* cli.askOrEnd(`${question} [1] `)
    if (answer === undefined || /^(?:n|no|q|quit|none)$/i.test(answer)) return undefined
    const chosen = all[(answer === "" ? 1 : Number(answer)) - 1]
    if (chosen !== undefined) return chosen
    cli.out.message(`Say a number from 1 to ${all.length}, or n for none of them.`)
    return yield* chooseOne(cli, all, question)
  })

/** Shows the versions and has one chosen, as the words of its restore; `undefined`: none of them. */
export const chooseVersionOf = (cli: Cli, old: OldVersions): Effect.Effect<RestoreWish | undefined> =>
  Effect.gen(function* () {
    const { kind, id, name, versions } = old
    if (versions.length === 0) {
      cli.out.message(`${printable(name)} is as it always was: there is no other version of it.`)
      return undefined
    }
    cli.out.message(versionsText(old, cli.now()))
    const chosen = versions.length === 1 ? versions[0] : yield* chooseOne(cli, versions, "Which version?")
    return (
      chosen && {
        songs: kind === "song" ? [byIdOnly(id)] : [],
        performances: kind === "performance" ? [byIdOnly(id)] : [],
        version: chosen.version,
        ...{ tags: [], kinds: [], fields: [], mode: "merge" },
        ...{ preferences: false, withPerformances: false, withoutSong: false, asCopy: false, parts: [] }
      }
    )
  })
