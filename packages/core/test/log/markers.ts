/** Version 1 of every marker event: one event, its bytes, how it is written and read. */
import { toHex } from "../../src/codec/Bytes.js"
import {
  decodeBackupEdited,
  decodeBackupRestored,
  decodeBackupTaken,
  decodeLibraryImported,
  decodeReason,
  encodeBackupEdited,
  encodeBackupRestored,
  encodeBackupTaken,
  encodeLibraryImported,
  encodeReason
} from "../../src/log/Event.js"
import { hex } from "../golden.js"

export interface Marker {
  readonly name: string
  readonly event: unknown
  readonly bytes: string
  readonly write: () => string
  readonly read: (payload: Uint8Array) => unknown
  readonly rewrite: (payload: Uint8Array) => Uint8Array
}

const marker = <A>(
  name: string,
  event: A,
  bytes: string,
  encode: (event: A) => Uint8Array,
  decode: (payload: Uint8Array) => A
): Marker => ({
  name,
  event,
  bytes,
  write: () => toHex(encode(event)),
  read: decode,
  rewrite: (payload) => encode(decode(payload))
})

export const taken = {
  backupId: "id",
  number: 31,
  root: new Uint8Array(32).fill(0xaa),
  position: 1234,
  time: 1_795_184_200_000,
  description: "Über",
  tags: ["tour", ""],
  pinned: true,
  trigger: "scheduled" as const,
  profile: "nightly",
  version: "1.0.0",
  songs: 300,
  performances: 42,
  preferences: 1,
  size: 1_000_000,
  newBytes: 0
}

const takenBytes = hex(
  "02 6964", // backupId
  "1f", // number
  "aa".repeat(32), // root
  "d209", // position
  "c092c4ca9f34", // time
  "05 c39c626572", // description
  "02 04 746f7572 00", // two tags, the second empty
  "01", // pinned
  "01", // trigger: scheduled
  "07 6e696768746c79", // profile
  "05 312e302e30", // version
  "ac02 2a 01", // songs, performances, preferences
  "c0843d 00" // size, newBytes
)

export const markers: ReadonlyArray<Marker> = [
  marker("BackupTaken", taken, takenBytes, encodeBackupTaken, decodeBackupTaken),
  marker(
    "BackupEdited",
    { description: "before the tour", tags: ["tour"], pinned: false },
    hex("0f 6265666f72652074686520746f7572", "01 04 746f7572", "00"),
    encodeBackupEdited,
    decodeBackupEdited
  ),
  marker(
    "BackupRestored",
    { backupId: "a", safetyBackupId: "b", mode: "merge", before: 127, after: 128 },
    hex("01 61", "01 62", "05 6d65726765", "7f", "8001"),
    encodeBackupRestored,
    decodeBackupRestored
  ),
  marker(
    "LibraryImported",
    { source: "songs/", before: 0, after: 63 },
    hex("06 736f6e67732f", "00", "3f"),
    encodeLibraryImported,
    decodeLibraryImported
  ),
  marker("BackupForgotten and BackupExpired", "by hand", hex("07 62792068616e64"), encodeReason, decodeReason)
]
