/** `restore --song X` without a source: which version is meant. */
import { shellWord } from "@white-room/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Struct from "effect/Struct"
import type { Cli } from "../command/Cli.js"
import { badUsage, type CliFailure } from "../error/CliError.js"
import { capturePending } from "../select/capturePending.js"
import { findPast } from "../select/Past.js"
import type { RestoreWish } from "./checkWish.js"
import { chooseVersionOf, oldVersionsOf, versionsText } from "./OldVersions.js"

/** One song or performance, and nothing that says as it was when. */
export const hasNoSource = ({ source, at, version, from, songs, performances }: RestoreWish): boolean =>
  source === undefined &&
  at === undefined &&
  version === undefined &&
  from === undefined &&
  songs.length + performances.length === 1

/** Its versions, to choose from; where there is nobody to ask, they are named. */
export const offerVersions = (
  cli: Cli,
  wish: RestoreWish
): Effect.Effect<RestoreWish | undefined, CliFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const {
      songs: [song],
      performances: [performance = ""]
    } = wish
    const library = yield* cli.open
    yield* capturePending(library)
    const kind = song === undefined ? "performance" : "song"
    const { id } = yield* findPast(library, kind, song ?? performance)
    const old = yield* oldVersionsOf(library, kind, id)
    if (old !== undefined && cli.interactive && !cli.yes) {
      const chosen = yield* chooseVersionOf(cli, old)
      return chosen && { ...wish, ...Struct.pick(chosen, "songs", "performances", "version") }
    }
    const found =
      old === undefined || old.versions.length === 0
        ? "There is no other version of it."
        : versionsText(old, cli.now())
    return yield* badUsage(
      `No source was named. ${found}\nNothing was changed.`,
      `Say which: whiteroom restore --${kind} ${shellWord(song ?? performance)} --version N; or name a backup, or a time with --at.`
    )
  })
