/**
 * `pull`: what other devices pushed comes here. Where their line goes on from what is here, this library goes on with
 * it; where both went on, a three-way merge, shown first. What is read follows what is new.
 */
import { type Kind, kinds, type OnProgress, VaultNotFound, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import {
  type KnownVault,
  lookAt,
  type PullChoices,
  type PullPlan,
  type PullResult,
  vaultRecords
} from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { linesOf, newsIn, type OtherDevice, readLine } from "./OtherLines.js"
import type { Vault } from "./Vault.js"

export interface PullOptions {
  /** Whose line: the name of its device, or the beginning of its id. Default: the one that was pushed to last. */
  readonly line?: string | undefined
  readonly onProgress?: OnProgress | undefined
}

/** What a vault has of another device, read and waiting. */
export interface OpenedPull extends OtherDevice {
  /** Other devices that have something new, too. */
  readonly others: ReadonlyArray<OtherDevice>
  /** What it would change; writes nothing but what other programs changed. */
  readonly plan: (choices?: PullChoices) => Effect.Effect<PullPlan, WhiteRoomError>
  /** Takes it in, in one transaction. */
  readonly apply: (choices?: PullChoices) => Effect.Effect<PullResult, WhiteRoomError>
}

const isMeant = ({ line, device }: OtherDevice, wanted: string): boolean =>
  device === wanted || device.split("@")[1] === wanted || line.startsWith(wanted)

/** A device whose own line this file had not begun there goes on from the line that it went on with. */
const rememberLine = (library: Library, known: KnownVault, line: string) =>
  known.isOwnLine
    ? Effect.void
    : Effect.flatMap(
        lookAt(library, ({ head }) => head),
        (pushed) => vaultRecords(library).rememberOther({ ...known, line, pushed })
      )

/**
 * Reads what a vault has of another device and is not here; `undefined` when there is nothing new. What other programs
 * wrote here is taken over first, and documents are kept; nothing else changes before it is applied.
 */
export const openPull = (
  library: Library,
  vault: Vault,
  known: KnownVault,
  { line: wanted, onProgress }: PullOptions = {}
): Effect.Effect<OpenedPull | undefined, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* library.log.capture
    const lines = yield* linesOf(library, vault)
    const news = yield* newsIn(library, vault, lines)
    const meant = news.filter((each) => wanted === undefined || isMeant(each, wanted))
    if (wanted !== undefined && meant.length === 0 && news.length > 0) {
      const names = news.map(({ device }) => device).join(", ")
      const reason = `${wanted} has nothing new there; these have: ${names}`
      return yield* new VaultNotFound({ place: vault.blobs.place, reason })
    }
    for (const chosen of meant) {
      const { plan, apply } = yield* readLine(library, vault, lines, chosen, { onProgress })
      if ((yield* plan()).way === "nothing") continue
      return {
        ...chosen,
        others: news.filter((each) => each !== chosen),
        plan,
        apply: (choices) =>
          Effect.tap(apply(choices), ({ way }) =>
            way === "forward" ? rememberLine(library, known, chosen.line) : Effect.void
          )
      }
    }
    return undefined
  })

/** How another device and this library differ. */
export interface DeviceDifference extends OtherDevice {
  /** What a pull would look at, by kind. */
  readonly differing: Readonly<Record<Kind, number>>
}

/** The devices that have something which is not here, and in how much they differ. Keeps no document. */
export const deviceDifferences = (
  library: Library,
  vault: Vault
): Effect.Effect<ReadonlyArray<DeviceDifference>, WhiteRoomError> =>
  Effect.gen(function* () {
    const lines = yield* linesOf(library, vault)
    const found: Array<DeviceDifference> = []
    for (const device of yield* newsIn(library, vault, lines)) {
      const taker = yield* readLine(library, vault, lines, device, { withDocuments: false })
      const { way, plan } = yield* taker.plan({ onConflict: "keep" })
      const count = (kind: Kind) => plan.items.filter((item) => item.kind === kind).length
      if (way === "nothing") continue
      const [song, performance, preferences] = kinds.map(count)
      found.push({
        ...device,
        differing: { song: song ?? 0, performance: performance ?? 0, preferences: preferences ?? 0 }
      })
    }
    return found
  })
