/** Where the files of libraries lie: one place each below those of the server, and a trash beside them. */
import type { Readable } from "node:stream"
import { day, type WhiteRoomError } from "@white-room/core"
import type { BlobInfo, BlobSource, Blobs, PlaceError, PutError } from "@white-room/vault"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A file that is about to be sent. It is open until the scope ends, in which nothing may read it any more. */
interface OpenFile {
  readonly bytes: number
  /** Its bytes, or those from one to another, the last included. */
  readonly read: (start?: number, end?: number) => Readable
}

export interface Shelf {
  /** The place, for people. */
  readonly place: string
  /** The files of a library, whose id comes from the database. A page has at most so many. */
  readonly blobs: (library: string, pageSize?: number) => Blobs
  /** Keeps an upload, which is read once. */
  readonly keep: (library: string, name: string, source: BlobSource) => Effect.Effect<void, PutError>
  /** A file as what can be put elsewhere; `undefined` when it is not there. */
  readonly source: (
    library: string,
    name: string
  ) => Effect.Effect<BlobSource | undefined, WhiteRoomError, Scope.Scope>
  /** Opens a file that `head` found. `undefined` when it is gone meanwhile. */
  readonly open: (
    library: string,
    name: string
  ) => Effect.Effect<OpenFile | undefined, PlaceError, Scope.Scope>
  /** Puts a file into the trash; `false` when it is not there. */
  readonly discard: (library: string, name: string) => Effect.Effect<boolean, WhiteRoomError>
  /** What a library takes up, counted: see `costOf`. */
  readonly measure: (library: string) => Effect.Effect<number, WhiteRoomError>
  /** Makes the place of a library ready. */
  readonly make: (library: string) => Effect.Effect<void>
  /** Removes a library, its trash and what was made of it; gives how many files that were. None is left. */
  readonly erase: (library: string) => Effect.Effect<number, WhiteRoomError>
  /** Removes what lies on this disk of a library, where that is a copy of what is kept elsewhere. */
  readonly dropCopies: ((library: string) => Effect.Effect<void, WhiteRoomError>) | undefined
  /** Removes what was put into the trash before a day; gives how much that was. */
  readonly emptyTrash: (before: number) => Effect.Effect<number, WhiteRoomError>
}

/** Disks have room for so many files, not only for so many bytes: ext4 for one in 16 KiB. */
export const leastBytes = 16 * 1024

/** What a file takes up of the room of a library: one that is small, or empty, is counted all the same. */
export const costOf = (bytes: number): number => Math.max(bytes, leastBytes)

const trashDays = 30

/** How long what was discarded stays in the trash, whole days. */
export const trashMs = trashDays * day

/** What was discarded on one day lies together. */
export const trashDay = (now: number): string => new Date(now).toISOString().slice(0, 10)

/** Whether that is such a day, and one before another. */
export const isTrashBefore = (name: string, before: number): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(name) && name < trashDay(before)

/** A listed file as the API tells it. */
export const blobJson = ({ name, bytes, arrivedAt }: BlobInfo) => ({ name, bytes, arrivedAt })
