import { betweenBackups, incompleteTag } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { findBundled, findSource, type Source } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { loadVault } from "../command/Load.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import { capturePending } from "../select/capturePending.js"
import { byIdOnly } from "../select/Names.js"
import { findPast } from "../select/Past.js"
import { findVault, libraryInVault } from "../select/PlaceFrom.js"
import type { RestoreWish } from "./checkWish.js"
import { type Choice, chooseEntities } from "./chooseEntities.js"
import { offerRanged } from "./offerRanged.js"

/** A state, and what of it. */
export interface Chosen extends Choice {
  readonly source: Source
}

/** Version N of the one entity that was named. */
const chooseVersion = (
  cli: Cli,
  library: Library,
  wish: RestoreWish,
  version: number
): Effect.Effect<Chosen, CliFailure> =>
  Effect.gen(function* () {
    const [song, performance] = [wish.songs[0], wish.performances[0]]
    const wanted = song ?? performance ?? ""
    const kind = song === undefined ? "performance" : "song"
    yield* capturePending(library)
    const { id, name } = yield* findPast(library, kind, wanted)
    const reference = yield* library.history.sourceOf({ kind, id }, version)
    const found = yield* findSource(cli, library, { source: reference })
    const versions = yield* library.history.versions({ kind, id })
    const old = versions.find((each) => each.version === version)
    const between = old && betweenBackups(old)
    const made = between === undefined ? "" : ` (made ${between})`
    const source = { ...found, title: `version ${version} of ${name}${made}` }
    const names = {
      ...wish,
      songs: song === undefined ? [] : [byIdOnly(id)],
      performances: song === undefined ? [byIdOnly(id)] : []
    }
    return { source, ...(yield* chooseEntities(library, source, names)) }
  })

/** A source, and the words for what was named in it. */
interface SourceAndNames {
  readonly source: Source
  readonly names: Pick<RestoreWish, "songs" | "performances">
}

/** A state of a vault, any moment of it; or a backup of a bundle. */
const sourceFrom = (
  cli: Cli,
  library: Library,
  from: string,
  wish: RestoreWish
): Effect.Effect<SourceAndNames, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const vault = yield* findVault(cli, from, wish)
    if (vault === undefined) {
      if (wish.at !== undefined || wish.source?.startsWith("@") === true)
        return yield* refusal(
          "In a bundle there are backups only, no times and positions.",
          "Name a backup such as latest or b31; whiteroom list --from shows them."
        )
      return { source: yield* findBundled(cli, library, from, wish.source ?? "latest"), names: wish }
    }
    const ranged = yield* offerRanged(cli, library, vault, from, wish)
    if (ranged !== undefined) return ranged
    const { offerState } = yield* loadVault
    const other = yield* libraryInVault(cli, vault, true)
    const wanted = wish.source === undefined && wish.at === undefined ? { source: "latest" } : wish
    const found = yield* findSource(cli, other, wanted)
    const { reference, ...offered } = yield* offerState(library, other, found.reference, from)
    // What is not whole there, or came after events that are missing.
    const isPart = offered.isPart || found.backup?.tags.includes(incompleteTag) === true
    return { source: { ...found, reference, isPart }, names: wish }
  })

/** The state that was named, and what of it. */
export const chooseSource = (
  cli: Cli,
  library: Library,
  wish: RestoreWish
): Effect.Effect<Chosen, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    if (wish.version !== undefined) return yield* chooseVersion(cli, library, wish, wish.version)
    const { source, names } = yield* wish.from === undefined
      ? Effect.map(findSource(cli, library, wish), (source): SourceAndNames => ({ source, names: wish }))
      : sourceFrom(cli, library, wish.from, wish)
    const choice = yield* chooseEntities(library, source, { ...wish, ...names })
    // What was named and found is all of what was wished.
    return { ...choice, source: { ...source, isPart: source.isPart === true && choice.only === undefined } }
  })
