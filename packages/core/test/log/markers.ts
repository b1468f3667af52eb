/** Version 1 of every marker event: one event, its bytes, how it is written and read. */
import { toHex } from "../../src/codec/Bytes.js"
import {
  decodeBackupEdited,
  decodeBackupRestored,
  decodeBackupTaken,
  decodeLibraryImported,
  decodeOperationUndone,
  decodeReason,
  encodeBackupEdited,
  encodeBackupRestored,
  encodeBackupTaken,
  encodeLibraryImported,
  encodeOperationUndone,
  encodeReason
} from "../../src/log/Event.js"
import { decodeLineMerged, encodeLineMerged } from "../../src/log/LineMerged.js"
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
  "dc 0010", // a list of 16
  "a2 6964", // backupId
  "1f", // number
  `c4 20 ${"aa".repeat(32)}`, // root
  "cd 04d2", // position
  "d3 0000 01a1 f951 0940", // time
  "a5 c39c626572", // description
  "92 a4 746f7572 a0", // two tags, the second empty
  "c3", // pinned
  "01", // trigger: scheduled
  "a7 6e696768746c79", // profile
  "a5 312e302e30", // version
  "cd 012c 2a 01", // songs, performances, preferences
  "ce 000f4240 00" // size, newBytes
)

export const markers: ReadonlyArray<Marker> = [
  marker("BackupTaken", taken, takenBytes, encodeBackupTaken, decodeBackupTaken),
  marker(
    "BackupTaken",
    { ...taken, trigger: "imported" as const, origin: { trigger: "safety", number: 7, source: "old.db" } },
    takenBytes.replace("dc0010", "dc0011").replace("c301a76e69", "c303a76e69") +
      hex("94", "02", "07", "c0", "a6 6f6c642e6462"),
    encodeBackupTaken,
    decodeBackupTaken
  ),
  marker(
    "BackupEdited",
    { description: "before the tour", tags: ["tour"], pinned: false },
    hex("93", "af 6265666f72652074686520746f7572", "91 a4 746f7572", "c2"),
    encodeBackupEdited,
    decodeBackupEdited
  ),
  marker(
    "BackupRestored",
    { backupId: "a", safetyBackupId: "b", mode: "merge", before: 127, after: 128 },
    hex("95", "a1 61", "a1 62", "a5 6d65726765", "7f", "cc 80"),
    encodeBackupRestored,
    decodeBackupRestored
  ),
  marker(
    "LibraryImported",
    { source: "songs/", before: 0, after: 63 },
    hex("93", "a6 736f6e67732f", "00", "3f"),
    encodeLibraryImported,
    decodeLibraryImported
  ),
  marker(
    "OperationUndone",
    { command: 12, before: 2 ** 32 - 1, after: 2 ** 32 },
    hex("93", "0c", "ce ffffffff", "d3 0000 0001 0000 0000"),
    encodeOperationUndone,
    decodeOperationUndone
  ),
  marker(
    "LineMerged",
    {
      line: "0f",
      position: 128,
      hash: new Uint8Array(32).fill(0xbb),
      device: "ada@laptop",
      seen: 7,
      same: [{ kind: "song" as const, id: "a" }],
      kept: [
        { kind: "performance" as const, id: "b", record: new Uint8Array([0x90]) },
        { kind: "preferences" as const, id: "c", record: undefined }
      ]
    },
    hex(
      "97",
      "a2 3066", // line
      "cc 80", // position
      `c4 20 ${"bb".repeat(32)}`, // hash
      "aa 616461406c6170746f70", // device
      "07", // seen
      "92 01 a1 61", // same: one song
      "96 02 a1 62 c4 01 90 03 a1 63 c0" // kept: a performance as it was, and preferences that stayed deleted
    ),
    encodeLineMerged,
    decodeLineMerged
  ),
  marker(
    "BackupForgotten and BackupExpired",
    "by hand",
    hex("91 a7 62792068616e64"),
    encodeReason,
    decodeReason
  )
]
