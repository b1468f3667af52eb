import type { EntityKey, OnConflict } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Wanted } from "./chooseEntities.js"

export interface RestoreWish extends Wanted {
  readonly source?: string | undefined
  /** A bundle, or a folder of them, that has the source. */
  readonly from?: string | undefined
  /** Identity files that open it, where it is sealed. */
  readonly identity?: ReadonlyArray<string>
  readonly at?: Date | undefined
  readonly version?: number | undefined
  readonly kinds: ReadonlyArray<EntityKey["kind"]>
  readonly fields: ReadonlyArray<string>
  readonly parts: ReadonlyArray<string>
  readonly mode: "merge" | "exact"
  readonly asCopy: boolean
  readonly withoutSong: boolean
  readonly onConflict?: OnConflict | "ask" | undefined
  readonly savePlan?: string | undefined
}

/** Refuses combinations that cannot be meant. */
export const checkWish = (cli: Cli, wish: RestoreWish): Effect.Effect<void, CliFailure> => {
  const named = wish.songs.length + wish.performances.length + wish.tags.length > 0 || wish.preferences
  const { songs, performances, source, at, version, from, identity = [] } = wish
  if (identity.length > 0 && from === undefined)
    return refusal("--identity opens a vault that --from names.", "Name the vault with --from.")
  if (from !== undefined && version !== undefined)
    return refusal(
      "A version is one of this library's own.",
      "Name a backup such as latest or b31; whiteroom list --from shows them."
    )
  if (version === undefined && source === undefined && at === undefined && from === undefined)
    return refusal(
      "No source was named.",
      "Name a backup such as b31 or latest, a position such as @1234, a time with --at, or a --version of one song."
    )
  if (version !== undefined && songs.length + performances.length !== 1)
    return refusal(
      "--version is the version of one song or performance.",
      "Name it with --song or --performance."
    )
  if (version !== undefined && (source !== undefined || at !== undefined))
    return refusal("A version needs no other source.", "Leave the source or --version out.")
  if (wish.kinds.length > 0 && named)
    return refusal("--kind takes everything of a kind; single ones were named too.", "Say one or the other.")
  if (wish.fields.length > 0 && !wish.preferences)
    return refusal("--field is about preferences.", "Add --preferences.")
  if (wish.asCopy && wish.mode === "exact")
    return refusal("--as-copy replaces and deletes nothing, --mode exact does.", "Say one of them.")
  if (wish.asCopy && wish.onConflict !== undefined)
    return refusal("With --as-copy there are no conflicts.", "Leave --on-conflict out.")
  if (wish.parts.length > 0 && songs.length + performances.length !== 1)
    return refusal("--part is part of one song or performance.", "Name it with --song or --performance.")
  if (wish.parts.length > 0 && wish.asCopy)
    return refusal("A copy has all of its parts.", "Leave --as-copy or --part out.")
  if (wish.withPerformances && wish.songs.length === 0)
    return refusal("--with-performances goes with songs.", "Name them with --song.")
  if (wish.onConflict === "ask" && !cli.interactive)
    return refusal("There is nobody to ask.", "Say --on-conflict keep, replace, both or combine.")
  if (wish.savePlan !== undefined && !cli.dryRun)
    return refusal("--save-plan keeps a plan in place of carrying it out.", "Add --dry-run.")
  return Effect.void
}
