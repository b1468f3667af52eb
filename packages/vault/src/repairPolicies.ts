import { bounds, toHex, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { readSmall } from "./blobs/SmallFiles.js"
import { foreignPolicies, newestPolicy, numberOf, putPolicy, readPolicyFor } from "./Policy.js"
import { checkKeys } from "./seal/checkKeys.js"
import type { Vault } from "./Vault.js"

/** A policy that was missing or damaged, and whether it is whole now. */
export interface PolicyFault {
  readonly name: string
  readonly reason: string
  readonly mended: boolean
}

const sayAgain =
  "only you can say what it keeps: vault policy with --keep-edits and --grace-days does, and repair then mends this file"

/**
 * Mends the policies that no longer count: a newer one does, and takes the place of each that is missing or damaged, which
 * nobody can say any more. Of the one that counts, also where this library saw it and it is gone, it is told what to do. `remove` deletes a damaged file.
 */
export const repairPolicies = (
  library: Library,
  vault: Vault,
  dryRun: boolean,
  remove: (name: string) => Effect.Effect<void, WhiteRoomError>
): Effect.Effect<ReadonlyArray<PolicyFault>, WhiteRoomError> =>
  Effect.gen(function* () {
    const isDamaged = (name: string) =>
      readSmall(vault.blobs, name).pipe(
        Effect.map((bytes) => !name.endsWith(`-${toHex(sha256(bytes)).slice(0, 16)}.json`)),
        Effect.catchTags({
          BlobMissing: () => Effect.succeed(false),
          BlobNotHere: () => Effect.succeed(false)
        })
      )
    const foreign = yield* foreignPolicies(vault)
    const names = new Set(foreign.map(({ name }) => name))
    const faults = (yield* checkKeys(vault.blobs, undefined, names)).filter(({ name }) => numberOf(name) > 0)
    // What others put there is theirs to delete.
    const left = foreign.map((each) => ({ ...each, mended: false }))
    const seen = yield* readPolicyFor(library, vault, true).pipe(
      Effect.as([]),
      Effect.catchTag("VaultDamaged", ({ detail }) =>
        Effect.succeed([{ name: "policy", reason: detail, mended: false }])
      )
    )
    if (faults.length === 0) return [...seen, ...left]
    const newest = yield* Effect.catchTag(newestPolicy(vault), "VaultDamaged", () =>
      Effect.succeed({ number: 0, policy: undefined })
    )
    const tried = yield* Effect.forEach(faults, ({ name, reason }) =>
      Effect.gen(function* () {
        const number = numberOf(name)
        const { policy } = newest
        if (policy === undefined || number >= newest.number)
          return { name, reason: `${reason}; ${sayAgain}`, mended: false }
        const isMissing = !name.endsWith(".json")
        // A list of many that are missing is not what any honest vault comes to.
        const mended = (isMissing ? faults.length < bounds.problems : yield* isDamaged(name)) && !dryRun
        if (!mended) return { name, reason, mended }
        // It may have said the same, under the same name.
        if (!isMissing) yield* remove(name)
        yield* putPolicy(vault, number, policy)
        return { name, reason, mended }
      })
    )
    const all = tried.every(({ mended }) => mended || dryRun) ? [...tried, ...seen] : tried
    return [...all, ...left]
  })
