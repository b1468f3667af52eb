import type { WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { readSmall } from "./blobs/SmallFiles.js"
import { isAsWritten } from "./CheckedText.js"
import { isStartChanged } from "./isStartChanged.js"
import { foreignPolicies, readPolicy, readPolicyFor } from "./Policy.js"
import { checkKeys, type KeyFault } from "./seal/checkKeys.js"
import { lineFile } from "./segment/SegmentName.js"
import { type ListedLine, type Vault, vaultFile } from "./Vault.js"

const notAsWritten = "its bytes are not those that were written"

const none = () => Effect.succeed<ReadonlyArray<KeyFault>>([])

/** A file that has a check, when it can be read: what cannot is named by those who need what it says. */
const checkFile = (
  name: string,
  read: Effect.Effect<Uint8Array, WhiteRoomError>
): Effect.Effect<ReadonlyArray<KeyFault>, WhiteRoomError> =>
  read.pipe(
    Effect.map((bytes) => (isAsWritten(name, bytes) ? [] : [{ name, reason: notAsWritten }])),
    Effect.catchTags({ BlobMissing: none, BlobNotHere: none, MalformedData: none, VaultDamaged: none })
  )

/** Every byte of the policies, keys, beginnings of lines and `vault.json` of a vault: what of them is not as it was written. */
export const checkSmallFiles = (
  vault: Vault,
  lines: ReadonlyArray<ListedLine>,
  library?: Library
): Effect.Effect<ReadonlyArray<KeyFault>, WhiteRoomError> =>
  Effect.gen(function* () {
    const { blobs } = vault
    const foreign = yield* foreignPolicies(vault)
    const keys = [
      ...(yield* checkKeys(blobs, vault.keyring, new Set(foreign.map(({ name }) => name)))),
      ...foreign
    ]
    const read = library === undefined ? readPolicy(vault) : readPolicyFor(library, vault)
    const policy = yield* read.pipe(
      Effect.as([]),
      Effect.catchTag("VaultDamaged", ({ detail }) => Effect.succeed([{ name: "policy", reason: detail }])),
      // Named among the keys.
      Effect.catchTag("BlobNotHere", none)
    )
    const isNamed =
      vault.keyring === undefined &&
      keys.some((fault) => fault.name.startsWith("policy/") && !foreign.includes(fault))
    const changed = yield* Effect.filter(lines, (line) => isStartChanged(vault, line))
    const starts = changed.map(({ library, line }) => ({
      name: lineFile(library, line),
      reason: notAsWritten
    }))
    const own = yield* checkFile(vaultFile, readSmall(blobs, vaultFile))
    return [...keys, ...(isNamed ? [] : policy), ...own, ...starts]
  })
