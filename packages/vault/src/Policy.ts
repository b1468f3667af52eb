/**
 * What a vault keeps: `policy/<n>-<body>.json`, of which the highest n counts. In a sealed vault it is sealed, and always
 * there: who may only delete cannot have a vault forget how long it keeps things.
 */
import { bounds, MalformedData, VaultDamaged, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { sha256, vaultRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { sourceOf } from "./blobs/BlobSource.js"
import type { BlobInfo } from "./blobs/Blobs.js"
import { readSmall, smallFile } from "./blobs/SmallFiles.js"
import { shortHash } from "./segment/SegmentName.js"
import { listAll, openSmall, type Vault } from "./Vault.js"

const days = Schema.Int.pipe(Schema.between(0, 36_500))

const Policy = Schema.Struct({
  /** Versions that nothing else holds are kept for so many days after they arrived. */
  keepEdits: days,
  /** What a library forgot is kept for so many days after that arrived. */
  graceDays: days
})

export type Policy = typeof Policy.Type

const PolicyText = Schema.parseJson(Policy)

/** What is kept where nothing else was said. */
export const defaultPolicy: Policy = { keepEdits: 90, graceDays: 30 }

/** A name has six digits. */
const mostPolicies = 999_999

/** The number of a policy's file, also of one that is missing and named without its body; 0 of others. */
export const numberOf = (name: string): number => {
  const [, digits = "0"] = /^policy\/(\d{6})(?:-[0-9a-f]{16}\.json)?$/.exec(name) ?? []
  return Number(digits)
}

const isPolicy = ({ name, bytes }: BlobInfo): boolean =>
  name.endsWith(".json") && numberOf(name) > 0 && bytes <= smallFile

/** The policies of a vault, newest first. */
const listPolicies = (vault: Vault) =>
  Effect.map(listAll(vault, "policy/"), (found) =>
    found
      .filter(isPolicy)
      .map(({ name }) => name)
      .toSorted((a, b) => (a < b ? 1 : -1))
  )

const isOfName = (name: string, bytes: Uint8Array): boolean =>
  name.endsWith(`-${shortHash(sha256(bytes))}.json`)

/** The text of a policy. Fails with `MalformedData` unless its bytes are those of its name. */
const policyText = (vault: Vault, name: string) =>
  Effect.flatMap(readSmall(vault.blobs, name), (bytes) =>
    isOfName(name, bytes)
      ? openSmall(vault, nameOfContent(name), bytes)
      : Effect.fail(new MalformedData({ what: name, reason: "it is not what was written there" }))
  )

const policyIn = (vault: Vault, name: string) =>
  Effect.flatMap(policyText(vault, name), (text) => Schema.decodeUnknown(PolicyText)(text)).pipe(
    Effect.map((policy): Policy | undefined => policy),
    Effect.catchTags({
      MalformedData: () => Effect.succeed(undefined),
      ParseError: () => Effect.succeed(undefined)
    })
  )

/** A file among the policies that counts for nothing, and why. */
export interface ForeignPolicy {
  readonly name: string
  readonly reason: string
}

const leaveIt = "it counts for nothing; delete it, unless somebody of yours knows what it is"

/**
 * What lies among the policies and is none, a hundred of them at most: it is not named as one, or, in a sealed vault, nobody with its
 * keys wrote it. One whose bytes are not those of its name is damaged, and not among these.
 */
export const foreignPolicies = (vault: Vault): Effect.Effect<ReadonlyArray<ForeignPolicy>, WhiteRoomError> =>
  Effect.gen(function* () {
    const listed = yield* listAll(vault, "policy/")
    const misnamed = listed
      .filter((blob) => blob.isHere && !isPolicy(blob))
      .map(({ name, bytes }) => ({
        name,
        reason: bytes > smallFile ? "it is far too large" : `it is not a policy: ${leaveIt}`
      }))
    if (vault.keyring === undefined) return misnamed.slice(0, bounds.problems)
    const sealed = listed.filter((blob) => blob.isHere && isPolicy(blob)).slice(0, 10 * bounds.problems)
    const unopened = yield* Effect.forEach(sealed, ({ name }) =>
      Effect.gen(function* () {
        const bytes = yield* readSmall(vault.blobs, name)
        if (!isOfName(name, bytes) || (yield* policyIn(vault, name)) !== undefined) return []
        return [{ name, reason: `nobody with these keys wrote it: ${leaveIt}` }]
      }).pipe(
        Effect.catchTags({ BlobMissing: () => Effect.succeed([]), BlobNotHere: () => Effect.succeed([]) })
      )
    )
    return [...misnamed, ...unopened.flat()].slice(0, bounds.problems)
  })

/**
 * What the vault keeps. In a sealed one, what somebody without its keys put there is passed over. In a plain one a newest
 * policy that was changed is damage: an older one, or none, might let go of what it keeps.
 */
export const readPolicy = (vault: Vault): Effect.Effect<Policy, WhiteRoomError> =>
  Effect.map(newestPolicy(vault), ({ policy }) => policy)

/** The policy that counts, with its number; 0 where a plain vault has none. */
export const newestPolicy = (
  vault: Vault
): Effect.Effect<{ readonly number: number; readonly policy: Policy }, WhiteRoomError> =>
  Effect.gen(function* () {
    for (const name of yield* listPolicies(vault)) {
      const policy = yield* policyIn(vault, name)
      if (policy !== undefined) return { number: numberOf(name), policy }
      if (vault.keyring === undefined)
        return yield* new VaultDamaged({
          place: vault.blobs.place,
          detail: `${name} is not the policy that was written there`
        })
    }
    if (vault.keyring === undefined) return { number: 0, policy: defaultPolicy }
    return yield* new VaultDamaged({ place: vault.blobs.place, detail: "its policy is missing" })
  })

/** The body is of the sealed bytes, so the content is sealed under the name without it. */
const nameOfContent = (name: string): string => name.slice(0, name.indexOf("-"))

const policySeen = (library: Library, vault: Vault): Effect.Effect<number, WhiteRoomError> =>
  Effect.map(vaultRecords(library).all, (all) => all.find(({ vaultId }) => vaultId === vault.id)?.policy ?? 0)

/**
 * The same for a library, which remembers the newest policy that it saw there: who can delete its file, and nothing else, must
 * not have an older one let go of what it keeps. Fails with `VaultDamaged` when that one is gone.
 * @param isDry remember nothing
 */
export const readPolicyFor = (
  library: Library,
  vault: Vault,
  isDry = false
): Effect.Effect<Policy, WhiteRoomError> =>
  Effect.gen(function* () {
    const { number, policy } = yield* newestPolicy(vault)
    const seen = yield* policySeen(library, vault)
    if (number < seen)
      return yield* new VaultDamaged({
        place: vault.blobs.place,
        detail: `its policy ${seen}, which this library saw there, is gone, and an older one may let go of what it keeps; vault policy with --keep-edits and --grace-days says again what that is`
      })
    if (number > seen && !isDry) yield* vaultRecords(library).rememberPolicy(vault.id, number)
    return policy
  })

/** Writes a policy under a number that has none, or another; the same one once. Gives its file. */
export const putPolicy = (
  vault: Vault,
  number: number,
  policy: Policy
): Effect.Effect<string, WhiteRoomError> =>
  Effect.gen(function* () {
    const name = `policy/${String(number).padStart(6, "0")}`
    const text = yield* Effect.orDie(Schema.encode(PolicyText)(policy))
    const bytes = vault.protection.sealFile(name, new TextEncoder().encode(`${text}\n`))
    const file = `${name}-${shortHash(sha256(bytes))}.json`
    yield* vault.blobs.put(file, sourceOf(bytes)).pipe(Effect.catchTag("BlobExists", () => Effect.void))
    return file
  })

/**
 * From now on the vault keeps this. With a library its number is beyond the newest that was seen there, also where that is gone,
 * and it is remembered.
 */
export const writePolicy = (
  vault: Vault,
  policy: Policy,
  library?: Library
): Effect.Effect<void, WhiteRoomError> =>
  Effect.gen(function* () {
    const [newest = ""] = yield* listPolicies(vault)
    const seen = library === undefined ? 0 : yield* policySeen(library, vault)
    const number = Math.max(numberOf(newest), seen) + 1
    if (number > mostPolicies)
      return yield* new VaultDamaged({
        place: vault.blobs.place,
        detail: `its policies are numbered to ${mostPolicies}, and none can come after that`
      })
    yield* putPolicy(vault, number, policy)
    if (library !== undefined) yield* vaultRecords(library).rememberPolicy(vault.id, number)
  })
