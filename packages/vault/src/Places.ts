/**
 * Places as people write them: a folder, `s3://bucket/prefix`, where `?endpoint=…&region=…` names a server other than AWS,
 * or `https://host/LIBRARY`, a library on a White Room server. A vault in a folder lies in one of its own, `White Room 1a2b3c4d`, so that several can share a disk; it is known
 * by its id, not by its path.
 */
import { randomUUID } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import {
  errorCode,
  fileErrorReason,
  genesis,
  InvalidInput,
  isRemote,
  PlaceRefused,
  PlaceUnreachable,
  VaultNotFound,
  type WhiteRoomError
} from "@white-room/core"
import type { Library } from "@white-room/store"
import { type KnownVault, vaultRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import type { Blobs } from "./blobs/Blobs.js"
import { placeholderOf } from "./blobs/FolderPlace.js"
import { folderBlobs } from "./blobs/folderBlobs.js"
import { keepsFirst } from "./blobs/keepsFirst.js"
import { retrying } from "./blobs/retrying.js"
import { type Environment, readS3Account } from "./blobs/S3Credentials.js"
import { s3Blobs } from "./blobs/s3Blobs.js"
import { waiting } from "./blobs/Waiting.js"
import { keepKey, type Opening, openHere } from "./Here.js"
import { oneAtATime } from "./oneAtATime.js"
import { oneInFolder } from "./oneInFolder.js"
import { makeSealedVault, type SealOptions } from "./SealedVault.js"
import { isServerPlace, openServerPlace } from "./ServerKey.js"
import { makeVault, readVaultFile, type Vault, type VaultFile } from "./Vault.js"

const wrongPlace = (place: string, reason: string) => new InvalidInput({ field: place, reason })

const isBucket = (place: string): boolean => place.startsWith("s3://")

/** A bucket with the server it is on, as it is written. */
export const bucketPlace = (
  bucket: string,
  { endpoint, region }: { readonly endpoint?: string | undefined; readonly region?: string | undefined }
): string => {
  const asked = new URLSearchParams({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region })
  })
  return asked.size === 0 ? bucket : `${bucket}?${asked}`
}

const bucketAt = (place: string, env: Environment): Effect.Effect<Blobs, InvalidInput> =>
  Effect.gen(function* () {
    const found = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(place)
    const [, bucket, prefix = "", query = ""] = found ?? []
    if (bucket === undefined)
      return yield* wrongPlace(place, "a bucket is written s3://bucket or s3://bucket/prefix")
    const asked = new URLSearchParams(query)
    const account = yield* readS3Account(env)
    const endpoint = asked.get("endpoint") ?? account.endpoint
    const region = asked.get("region") ?? account.region
    const blobs = yield* s3Blobs({
      bucket,
      prefix: prefix.replace(/\/+$/, ""),
      credentials: account.credentials,
      endpoint,
      region
    })
    // With its server: whoever reads it in a recovery kit, or in a cloned library, has nothing else.
    return { ...retrying(blobs), place: bucketPlace(place.replace(/\?.*$/, ""), { endpoint, region }) }
  })

/** The blobs of a place. Keys come from the environment, and those of servers from the folder of settings. */
export const openPlace = (
  place: string,
  { env = process.env, settings, wait }: Pick<Opening, "env" | "settings" | "wait"> = {}
): Effect.Effect<Blobs, WhiteRoomError> => {
  if (isBucket(place)) return bucketAt(place, env)
  if (isServerPlace(place))
    return Effect.map(openServerPlace(place, env, settings), (blobs) => retrying(blobs))
  if (isRemote(place))
    return wrongPlace(
      place,
      "a place is a folder, a bucket written s3://bucket/prefix, or a library on a server, https://host/LIBRARY"
    )
  const blobs = retrying(folderBlobs(path.resolve(place)))
  return Effect.succeed(wait === undefined ? blobs : waiting(blobs, wait))
}

const ownFolder = /^White Room [0-9a-f]{8}$/

/** Whether a vault lies in a folder, also where a sync service has only the name of its file here. */
const hasVault = (folder: string): boolean =>
  ["vault.json", placeholderOf("vault.json")].some((name) => fs.existsSync(path.join(folder, name)))

/** The folders of vaults at a folder: itself, or those in it. */
const vaultFolders = (place: string): Effect.Effect<ReadonlyArray<string>, PlaceRefused | PlaceUnreachable> =>
  Effect.suspend((): Effect.Effect<ReadonlyArray<string>, PlaceRefused | PlaceUnreachable> => {
    const root = path.resolve(place)
    try {
      if (hasVault(root)) return Effect.succeed([root])
      // A link may lead out of the place.
      const folders = fs.readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory())
      const names = folders.map(({ name }) => name).filter((name) => ownFolder.test(name))
      return Effect.succeed(names.map((name) => path.join(root, name)).filter(hasVault))
    } catch (error) {
      const reason = fileErrorReason(error)
      return ["EACCES", "EPERM"].includes(errorCode(error))
        ? Effect.fail(new PlaceRefused({ place: root, reason }))
        : Effect.fail(new PlaceUnreachable({ place: root, reason, retryable: false }))
    }
  })

/** The blobs of the vault that lies at a place. Fails with `VaultNotFound`, and where several lie there. */
const blobsAt = (place: string, opening: Opening): Effect.Effect<Blobs, WhiteRoomError> =>
  Effect.gen(function* () {
    if (isRemote(place)) return yield* openPlace(place, opening)
    const [only, ...others] = yield* vaultFolders(place)
    if (only === undefined)
      return yield* new VaultNotFound({ place: path.resolve(place), reason: "no vault lies in this folder" })
    if (others.length > 0)
      return yield* wrongPlace(place, `several vaults are there; name one: ${[only, ...others].join(", ")}`)
    return yield* openPlace(only, opening)
  })

/** The vault that lies at a place. Fails with `VaultNotFound`, and where several lie there. */
export const vaultAt = (place: string, opening: Opening = {}): Effect.Effect<Vault, WhiteRoomError> =>
  Effect.flatMap(blobsAt(place, opening), (blobs) => openHere(blobs, opening))

/** What the vault at a place says of itself before it is opened; `undefined` when none lies there. */
export const vaultFileAt = (
  place: string,
  opening: Opening = {}
): Effect.Effect<VaultFile | undefined, WhiteRoomError> =>
  Effect.flatMap(blobsAt(place, opening), readVaultFile).pipe(
    Effect.catchTag("VaultNotFound", () => Effect.succeed(undefined))
  )

/** Makes the folder of a new vault in one that is there: a missing one may be a disk that is not plugged in. */
const newFolder = (place: string, id: string): Effect.Effect<string, PlaceRefused | PlaceUnreachable> =>
  Effect.suspend((): Effect.Effect<string, PlaceRefused | PlaceUnreachable> => {
    const folder = path.join(path.resolve(place), `White Room ${id.slice(0, 8)}`)
    try {
      fs.mkdirSync(folder, { mode: 0o700 })
      return Effect.succeed(folder)
    } catch (error) {
      const reason = fileErrorReason(error)
      return errorCode(error) === "ENOENT"
        ? Effect.fail(new PlaceUnreachable({ place, reason, retryable: false }))
        : Effect.fail(new PlaceRefused({ place, reason }))
    }
  })

/** A new vault. Refused in a place that lets a second blob of one name take the place of the first. */
const newVault = (place: string, options: AddOptions): Effect.Effect<Vault, WhiteRoomError> =>
  Effect.gen(function* () {
    const { seal } = options
    const id = randomUUID()
    const blobs = yield* openPlace(isRemote(place) ? place : yield* newFolder(place, id), options)
    // A server of ours keeps the first, and takes no names that mean nothing.
    if (!isServerPlace(place) && !(yield* keepsFirst(blobs)))
      return yield* new PlaceRefused({
        place: blobs.place,
        reason: "it replaces files of the same name, so two devices could overwrite each other's"
      })
    return yield* seal === undefined ? makeVault(blobs, id) : makeSealedVault(blobs, { ...seal, id })
  })

/** How a vault is made, or joined. */
export interface AddOptions extends Opening {
  /** Seals a new one. */
  readonly seal?: SealOptions | undefined
  /** What the key that this machine keeps of a sealed one is called. */
  readonly device?: string | undefined
}

/** What adding a vault came to. */
export interface AddedVault {
  readonly vault: Vault
  readonly known: KnownVault
  /** False when there was one at the place already, which the library joined. */
  readonly isNew: boolean
}

const nameRule = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u

/** What a library knows of the vault of a name. */
export const knownVault = (library: Library, name: string): Effect.Effect<KnownVault, WhiteRoomError> =>
  Effect.flatMap(vaultRecords(library).all, (all) => {
    const known = all.find((each) => each.name === name)
    const names = all.map((each) => each.name).join(", ")
    return known === undefined
      ? Effect.fail(
          new InvalidInput({
            field: name,
            reason: `this library knows no vault of that name${names === "" ? "" : `; it knows ${names}`}`
          })
        )
      : Effect.succeed(known)
  })

/**
 * Has a library know a vault with a line of its own, to which nothing was pushed: all of the log goes there with the next push. For a place
 * where another line may not be read, and so not gone on from.
 */
export const beginLineOf = (
  library: Library,
  { name, place, vaultId }: Pick<KnownVault, "name" | "place" | "vaultId">
): Effect.Effect<KnownVault, WhiteRoomError> => {
  const pushed = { position: 0, chainHash: genesis }
  const known = { name, place, vaultId, line: randomUUID(), pushed, pushedAt: 0 }
  return Effect.as(vaultRecords(library).remember(known), { ...known, isOwnLine: true })
}

/** `addVault`, for one whose turn it is. */
export const addInTurn = (
  library: Library,
  name: string,
  place: string,
  options: AddOptions
): Effect.Effect<AddedVault, WhiteRoomError> =>
  Effect.gen(function* () {
    if (!nameRule.test(name))
      return yield* new InvalidInput({
        field: "name",
        reason: "a vault is named with letters, digits, - and _"
      })
    const records = vaultRecords(library)
    if ((yield* records.all).some((each) => each.name === name))
      return yield* new InvalidInput({ field: "name", reason: `this library has a vault ${name} already` })
    const join = Effect.map(vaultAt(place, options), (vault) => ({ vault, isNew: false }))
    const make = Effect.map(newVault(place, options), (vault) => ({ vault, isNew: true }))
    const joinOrMake = Effect.catchTag(join, "VaultNotFound", () => make)
    // Another library may be making one: it is looked again when it is this one's turn.
    const inTurn = isRemote(place) ? joinOrMake : oneInFolder(place, joinOrMake)
    const found = yield* Effect.catchTag(join, "VaultNotFound", () => inTurn)
    const { vault } = found
    const other = (yield* records.all).find((each) => each.vaultId === vault.id)
    if (other !== undefined)
      return yield* new InvalidInput({
        field: place,
        reason: `this library knows it already, as ${other.name}`
      })
    const { settings, device = "this device" } = options
    const kept = settings === undefined ? vault : yield* keepKey(vault, settings, device)
    const known = yield* beginLineOf(library, { name, place: vault.blobs.place, vaultId: vault.id })
    return { ...found, vault: kept, known }
  })

/**
 * Makes a vault at a place, or joins the one that is there, and has the library know it by a name. A folder must exist:
 * its vault gets one of its own in it. Of a sealed one this machine keeps a key of its own, where it has a folder of
 * settings. Waits while another process of this library adds one.
 */
export const addVault = (
  library: Library,
  name: string,
  place: string,
  options: AddOptions = {}
): Effect.Effect<AddedVault, WhiteRoomError> => oneAtATime(library, addInTurn(library, name, place, options))

/** The vault that a library knows by a name. Fails with `VaultDamaged` when another one lies at its place. */
export const openKnown = (
  { place, vaultId }: KnownVault,
  opening: Opening = {}
): Effect.Effect<Vault, WhiteRoomError> => vaultAt(place, { ...opening, id: vaultId })
