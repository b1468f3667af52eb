/**
 * Where a push goes, as people and profiles name it: a vault that the library knows by its name or place, or a folder,
 * which gets a vault of its own, or whose vault the library joins. A vault is known by its id: while its disk is away,
 * what else lies at its path gets nothing.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { InvalidInput, isRemote, PlaceAway, type WhiteRoomError } from "@white-room/core"
import type { Library } from "@white-room/store"
import { type FolderState, folderRecords, type KnownVault, vaultRecords } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { oneAtATime } from "./oneAtATime.js"
import { type AddOptions, addInTurn, openKnown, vaultFileAt } from "./Places.js"
import type { Vault } from "./Vault.js"

const realPath = (folder: string): string => {
  try {
    return fs.realpathSync(folder)
  } catch {
    return path.resolve(folder)
  }
}

/** True for a vault that is the folder, or lies in it, by whatever path. */
const liesIn = ({ place }: KnownVault, folder: string): boolean => {
  // With or without the server it is on.
  if (isRemote(place) || isRemote(folder)) return place === folder || place.replace(/\?.*$/, "") === folder
  const [outer, inner] = [path.resolve(folder), path.resolve(place)]
  return [inner, path.dirname(inner)].some((each) => each === outer || realPath(each) === realPath(outer))
}

const isAtPlace = ({ place }: KnownVault): boolean =>
  isRemote(place) || fs.existsSync(path.join(place, "vault.json"))

/** The vault that is meant, among those that a library knows: by its name, else by its place or the folder it lies in. */
export const knownDestination = (
  known: ReadonlyArray<KnownVault>,
  destination: string
): KnownVault | undefined => {
  const there = known.filter((each) => liesIn(each, destination))
  return known.find(({ name }) => name === destination) ?? there.find(isAtPlace) ?? there[0]
}

const away = "its vault is not there"

/** How the place of a vault is, as far as that can be told without asking a network. */
const vaultState = (vault: KnownVault): FolderState =>
  isAtPlace(vault)
    ? { state: "there" }
    : fs.existsSync(path.dirname(vault.place))
      ? { state: "away", reason: away }
      : { state: "missing" }

/** How a destination is now. One on a network counts as there: only a try tells. */
export const destinationState = (
  library: Library,
  destination: string
): Effect.Effect<FolderState, WhiteRoomError> =>
  Effect.gen(function* () {
    const known = knownDestination(yield* vaultRecords(library).all, destination)
    if (known !== undefined) return vaultState(known)
    if (isRemote(destination)) return { state: "there" }
    return path.isAbsolute(destination)
      ? yield* folderRecords(library).state(destination)
      : ({ state: "missing" } as const)
  })

/** What people would call the vault in a folder, and no other vault is called. */
const nameFor = (folder: string, known: ReadonlyArray<KnownVault>): string => {
  const stem =
    path
      .basename(folder)
      .replace(/[^\p{L}\p{N} ._-]+/gu, "-")
      .replace(/^[^\p{L}\p{N}]+/u, "")
      .slice(0, 40)
      .trim() || "folder"
  const isTaken = (name: string) => known.some((each) => each.name === name)
  let name = stem
  for (let n = 2; isTaken(name); n++) name = `${stem}-${n}`
  return name
}

/** The vault in a folder, when the library knows it by another path: its disk has another mount point now. */
const movedTo = (
  folder: string,
  all: ReadonlyArray<KnownVault>,
  options: AddOptions
): Effect.Effect<KnownVault | undefined, WhiteRoomError> =>
  Effect.map(vaultFileAt(folder, options), (file) => {
    const moved = all.find(({ vaultId }) => vaultId === file?.vault)
    return moved && { ...moved, place: folder }
  })

/** An open vault that a library knows. `isNew`: it was made just now. */
export interface Destination {
  readonly vault: Vault
  readonly known: KnownVault
  readonly isNew: boolean
}

export interface DestinationOptions extends AddOptions {
  /** Make a missing folder; begin again in one whose vault is gone. */
  readonly make?: boolean | undefined
}

/** Makes the vault of a folder, joins the one that is there, or follows one that moved. */
const settleIn = (
  library: Library,
  destination: string,
  { make = false, ...options }: DestinationOptions
): Effect.Effect<Destination, WhiteRoomError> =>
  Effect.gen(function* () {
    const records = vaultRecords(library)
    const all = yield* records.all
    const known = knownDestination(all, destination)
    // Another process of this library was quicker: its vault is the one.
    if (known !== undefined && isAtPlace(known))
      return { vault: yield* openKnown(known, options), known, isNew: false }
    const folder = yield* folderRecords(library).enter(destination, make)
    const moved = yield* movedTo(folder, all, options)
    if (moved !== undefined) {
      const vault = yield* openKnown(moved, options)
      const now = { ...moved, place: vault.blobs.place }
      yield* moved.isOwnLine ? records.remember(now) : records.rememberOther(now)
      return { vault, known: now, isNew: false }
    }
    if (known !== undefined) yield* records.forget(known.name)
    const name = known?.name ?? nameFor(folder, all)
    const { vault, known: added, isNew } = yield* addInTurn(library, name, folder, options)
    return { vault, known: added, isNew }
  })

/**
 * Opens a destination. A folder without a vault gets one, under the name of the folder; a missing folder is made beside
 * the library only, unless `make` says otherwise. Where several processes of a library do that at once, one makes it and
 * the others get the same. Fails with `PlaceNotFound` and `PlaceAway` where the folder, or the vault that the library
 * knows there, is not there; with `VaultSealed` where a key is needed.
 */
export const openDestination = (
  library: Library,
  destination: string,
  options: DestinationOptions = {}
): Effect.Effect<Destination, WhiteRoomError> =>
  Effect.gen(function* () {
    const known = knownDestination(yield* vaultRecords(library).all, destination)
    if (known !== undefined && (isAtPlace(known) || options.make !== true || known.name === destination)) {
      if (vaultState(known).state === "away") return yield* new PlaceAway({ path: destination, reason: away })
      return { vault: yield* openKnown(known, options), known, isNew: false }
    }
    if (isRemote(destination))
      return yield* new InvalidInput({
        field: destination,
        reason: "this library has no vault there; `whiteroom vault add NAME PLACE` adds one"
      })
    return yield* oneAtATime(library, settleIn(library, destination, options))
  })
