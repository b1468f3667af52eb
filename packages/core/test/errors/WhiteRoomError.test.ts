import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { AppRefused, NeedsApp } from "../../src/errors/AppError.js"
import { asWhiteRoomError } from "../../src/errors/asWhiteRoomError.js"
import {
  BundleDamaged,
  BundleIncomplete,
  BundleNotFound,
  BundleTooNew
} from "../../src/errors/BundleError.js"
import { checkOptions } from "../../src/errors/checkOptions.js"
import { Closed, InternalFault } from "../../src/errors/DoorError.js"
import { ExitCode } from "../../src/errors/ExitCode.js"
import {
  FileEncrypted,
  FileExists,
  FileNotVerified,
  FileTampered,
  FileTruncated,
  NoMatchingIdentity,
  NotAgeFile,
  NotImportable,
  PassphraseTooCostly,
  WrongPassphrase
} from "../../src/errors/FileError.js"
import {
  DiskFull,
  LeaseLost,
  LibraryDamaged,
  LibraryExists,
  LibraryLocked,
  LibraryNotFound,
  LibraryReadOnly,
  LibraryReplaced,
  LibraryTooNew,
  MigrationRefused,
  NotALibrary,
  OutOfMemory,
  StorageFailed,
  UnsafeDatabase,
  UnsafePlace
} from "../../src/errors/LibraryError.js"
import {
  BlobExists,
  BlobMissing,
  BlobNotHere,
  BlobRetained,
  PlaceAway,
  PlaceFull,
  PlaceNotFound,
  PlaceRefused,
  PlaceUnreachable,
  VaultDamaged,
  VaultNotFound,
  VaultReplaced,
  VaultRolledBack,
  VaultSealed,
  VaultTooNew
} from "../../src/errors/PlaceError.js"
import { MirrorMissing, MirrorUnusable, ServerNotStarted } from "../../src/errors/ServerError.js"
import {
  AmbiguousName,
  BackupNotFound,
  CommandReused,
  ContentReleased,
  EntityNotFound,
  InvalidInput,
  isWhiteRoomError,
  MalformedData,
  MomentNotFound,
  PlanOutdated,
  PolicyRefused,
  RestoreNotVerified,
  VersionConflict,
  WhiteRoomError
} from "../../src/errors/WhiteRoomError.js"

const path = "/home/anna/library.db"
const match = { id: "song-1", name: "Night Drive", updatedAt: "2026-11-20T14:30:00.000Z" }

/** One of each, with the exit code that `docs/cli.md` promises. */
const all: ReadonlyArray<readonly [WhiteRoomError, number]> = [
  [new InvalidInput({ field: "name", reason: "it must not be empty" }), 2],
  [new MalformedData({ what: "block", reason: "it ends early" }), 4],
  [new LibraryNotFound({ path }), 10],
  [new LibraryExists({ path }), 2],
  [new NotALibrary({ path, reason: "it is a picture" }), 1],
  [new LibraryTooNew({ path, needs: 2, supported: 1, access: "write" }), 1],
  [new LibraryDamaged({ path, detail: "page 3" }), 4],
  [new LibraryReadOnly({ path }), 13],
  [new LibraryReplaced({ path }), 1],
  [new LibraryLocked({ path }), 11],
  [new DiskFull({ path }), 1],
  [new OutOfMemory({ detail: "Array buffer allocation failed" }), 1],
  [new StorageFailed({ path, operation: "read", detail: "I/O error" }), 1],
  [new UnsafeDatabase({ path, reason: "its journal is a link" }), 13],
  [new UnsafePlace({ path, service: "Dropbox" }), 13],
  [new VersionConflict({ kind: "song", id: "song-1", expected: 1, actual: 2 }), 1],
  [new CommandReused({ commandId: "c1" }), 1],
  [new BackupNotFound({ backup: "b99", near: ["b31"] }), 10],
  [new EntityNotFound({ kind: "song", name: "Nigth", where: "this library", near: [match] }), 10],
  [new AmbiguousName({ kind: "song", name: "Night", candidates: [match, { ...match, id: "song-2" }] }), 2],
  [new ContentReleased({ object: "ab".repeat(32), owner: "Night Drive" }), 1],
  [new PolicyRefused({ reason: "it keeps nothing" }), 2],
  [new BundleNotFound({ path: "/media/disk", reason: "the folder has none" }), 10],
  [new BundleDamaged({ path: "/media/disk/a.whiteroom", detail: "it was cut off" }), 4],
  [new BundleIncomplete({ path: "/media/disk/b.whiteroom", missing: ["a.whiteroom"] }), 10],
  [new BundleTooNew({ path: "/media/disk/a.whiteroom", version: 2, supported: 1 }), 1],
  [new PlaceRefused({ place: "s3://songs", reason: "the key is unknown" }), 13],
  [new PlaceUnreachable({ place: "s3://songs", reason: "no answer", retryable: true }), 14],
  [new PlaceFull({ place: "/media/usb" }), 1],
  [new BlobMissing({ place: "/media/usb", name: "vault.json" }), 10],
  [new BlobExists({ place: "/media/usb", name: "vault.json" }), 1],
  [new BlobRetained({ place: "s3://songs", name: "vault.json" }), 13],
  [new BlobNotHere({ place: "/media/usb", name: "vault.json" }), 14],
  [new VaultNotFound({ place: "/media/usb", reason: "the folder is empty" }), 10],
  [new VaultDamaged({ place: "/media/usb", detail: "a segment is missing" }), 4],
  [new VaultTooNew({ place: "/media/usb", version: 2, supported: 1 }), 1],
  [new VaultSealed({ place: "s3://songs" }), 2],
  [new VaultReplaced({ place: "s3://songs", detail: "it is not sealed any more" }), 13],
  [
    new ServerNotStarted({ data: "/srv/songs", reason: "another server uses it", advice: "Stop that one." }),
    1
  ],
  [new MirrorUnusable({ place: "s3://mirror" }), 1],
  [new MirrorMissing({ place: "s3://mirror" }), 10],
  [new VaultRolledBack({ place: "s3://songs", file: "a.seg" }), 4],
  [new RestoreNotVerified({ detail: "song-1" }), 1],
  [new PlanOutdated({ detail: "song-1 changed" }), 15],
  [new LeaseLost({ lease: "runner", holder: "ada@laptop" }), 11],
  [new MigrationRefused({ reason: "it would lose tags" }), 13],
  [new MomentNotFound({ moment: "@9", reason: "the log does not reach that far", near: ["@4"] }), 10],
  [new NotImportable({ file: path, reason: "it is a picture" }), 1],
  [new WrongPassphrase({ file: path }), 12],
  [new NoMatchingIdentity({ file: path }), 12],
  [new FileExists({ file: path }), 2],
  [new FileNotVerified({ file: path, reason: "12 bytes differ" }), 1],
  [new FileEncrypted({ file: path, needs: "passphrase" }), 2],
  [new NotAgeFile({ file: path, reason: "it is version 2" }), 1],
  [new FileTruncated({ file: path }), 4],
  [new FileTampered({ file: path }), 4],
  [new PassphraseTooCostly({ file: path, workFactor: 25, limit: 20 }), 13],
  [new PlaceNotFound({ path: "/media/my disk" }), 10],
  [
    new PlaceAway({
      path: "/media/my disk",
      reason: "it held copies of this library, and there are none now"
    }),
    14
  ],
  [new NeedsApp({ path, needs: "the collation localizedStandard", parts: ["index by_name"] }), 13],
  [new AppRefused({ what: "song a", table: "song_data", triggers: ["guard"], reason: "no" }), 13],
  [new Closed({ what: path }), 1],
  [new InternalFault({ detail: "it divided by zero" }), 1]
]

describe.each(all.map(([error, code]) => [error._tag, error, code] as const))("%s", (_, error, code) => {
  it("has its exit code, says what happened and what to do, in whole sentences", () => {
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^\S[\s\S]{10,}\.$/)
    expect(error.recovery).toMatch(/^\S.{10,}\.$/)
    expect(`${error.message}${error.recovery}`).not.toMatch(/undefined|NaN|\[object/)
  })

  it("is known as an error of ours, and survives JSON", () => {
    expect(isWhiteRoomError(error)).toBe(true)
    expect(Schema.is(WhiteRoomError)(error)).toBe(true)
    const json: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(WhiteRoomError)(error)))
    const again = Schema.decodeUnknownSync(WhiteRoomError)(json)
    expect([again._tag, again.message, again.code]).toEqual([error._tag, error.message, error.code])
  })
})

it("the list above has one of every member of the union", () => {
  const tags = WhiteRoomError.members.map((member) => member._tag)
  expect(all.map(([error]) => error._tag).sort()).toEqual([...tags].sort())
  expect(new Set(tags).size).toBe(tags.length)
})

it("the exit codes are those that scripts rely on", () => {
  expect(ExitCode).toEqual({
    done: 0,
    failed: 1,
    usage: 2,
    partial: 3,
    damaged: 4,
    unprotected: 5,
    notFound: 10,
    locked: 11,
    wrongPassphrase: 12,
    refused: 13,
    unreachable: 14,
    planOutdated: 15,
    interrupted: 130
  })
})

it("other things that are thrown are none of ours", () => {
  const tagged = Object.assign(new Error("no"), { _tag: "SomethingElse" })
  for (const thrown of [new Error("no"), tagged, { _tag: "DiskFull" }, "DiskFull", null, undefined, 5])
    expect(isWhiteRoomError(thrown)).toBe(false)
})

describe("messages", () => {
  it("name near matches so that a person can choose", () => {
    const messageOf = (tag: string) => all.find(([error]) => error._tag === tag)?.[0].message
    const [notFound, ambiguous] = [messageOf("EntityNotFound"), messageOf("AmbiguousName")]
    expect(notFound).toBe(
      "There is no song Nigth in this library. Near: Night Drive (song-1). Nothing was changed."
    )
    expect(ambiguous).toContain(
      "Night fits 2 songs:\n  song-1  Night Drive  2026-11-20T14:30:00.000Z\n  song-2"
    )
    expect(new BackupNotFound({ backup: "b99" }).message).toBe("There is no backup b99. Nothing was changed.")
  })

  it("point to the command of the kind", () => {
    const recovery = (kind: string, where = "this library") =>
      new EntityNotFound({ kind, name: "x", where, near: [] }).recovery
    expect(recovery("performance")).toContain("performance list")
    expect(recovery("preferences")).toContain("prefs show")
    expect(recovery("song", "b31")).toContain("show b31")
    expect(recovery("song", "@1234 of 3 May")).toContain("show @1234")
  })
})

it("what nobody foresaw is a fault with its stack and cause; an error of ours stays what it is", () => {
  const cause = new TypeError("x is undefined")
  expect(asWhiteRoomError(cause)).toMatchObject({ _tag: "InternalFault", detail: "x is undefined", cause })
  expect(asWhiteRoomError(cause).stack).toBe(cause.stack)
  expect(asWhiteRoomError("odd")).toMatchObject({ _tag: "InternalFault", detail: "odd" })
  const ours = new Closed({ what: path })
  expect(asWhiteRoomError(ours)).toBe(ours)
})

it("that there was no memory is no fault of ours", () => {
  const thrown = [
    new RangeError("Array buffer allocation failed"),
    Object.assign(new Error("out of memory"), { code: "SQLITE_NOMEM" }),
    Object.assign(new Error("read ENOMEM"), { code: "ENOMEM" })
  ]
  for (const each of thrown) expect(asWhiteRoomError(each)).toMatchObject({ _tag: "OutOfMemory", code: 1 })
  expect(asWhiteRoomError(new RangeError("Invalid array length"))).toMatchObject({ _tag: "InternalFault" })
})

it("options are known ones, in an object; those that are undefined are none", () => {
  const names = { mode: true } as const
  for (const fine of [undefined, {}, { mode: "exact" }, { other: undefined }])
    checkOptions("restore", names, fine)
  for (const wrong of [null, "exact", ["exact"], 7])
    expect(() => checkOptions("restore", names, wrong)).toThrow("restore takes them as an object")
  expect(() => checkOptions("restore", names, { songs: ["a"] })).toThrow(
    "songs: restore has no such option; it has mode"
  )
  expect(() => checkOptions("restore", names, { toString: 1 })).toThrow("toString")
})

it("a new entity whose id is taken is told so, and not that somebody changed it", () => {
  const taken = new VersionConflict({ kind: "song", id: "a", expected: 0, actual: 3 })
  expect(taken.message).toBe("There is a song a already, at version 3. Nothing was written.")
  expect(taken.recovery).toContain("another id")
})
