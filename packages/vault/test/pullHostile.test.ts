/** A plain vault authenticates nothing: what no program of ours writes is refused, and the library is as it was. */
import { describe, expect, it } from "@effect/vitest"
import { decodeRecord, encodeBackupTaken, encodeRecord, rowOfRecord, utf8 } from "@white-room/core"
import { lookAt, type PlainEvent, sha256, takeLine } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { contents, newLibrary, song } from "./support/library.js"

const taken = {
  ...{ backupId: "x", number: 1, root: new Uint8Array(32), position: 2, time: 0, description: "", tags: [] },
  ...{ pinned: false, trigger: "manual" as const, profile: "", version: "", songs: 0, performances: 0 },
  ...{ preferences: 0, size: 0, newBytes: 0 }
}

/** What an honest event would be, and what is wrong with it. */
const forgeries: Readonly<Record<string, (record: Uint8Array) => Partial<PlainEvent>>> = {
  "a version that is left out": () => ({ version: 9 }),
  "the record of another song": () => ({ id: "b", version: 1, type: "SongCreated" }),
  "no record at all": () => ({ payload: utf8("no record") }),
  "a type of another kind": () => ({ type: "PerformanceEdited" }),
  "a type of the future": () => ({ type: "SongSung" }),
  "a document that is nowhere": (record) => {
    const row = rowOfRecord(decodeRecord("song", record), () => utf8("nowhere"))
    return { payload: encodeRecord("song", row, sha256).record }
  },
  "a backup with a false root": () => ({
    ...{ subject: "backup", id: "x", version: 1, type: "BackupTaken", payload: encodeBackupTaken(taken) }
  }),
  "a backup with a number that another has": () => ({
    ...{ subject: "backup", id: "y", version: 1, type: "BackupTaken" },
    payload: encodeBackupTaken({ ...taken, backupId: "y" })
  })
}

describe("a line that somebody forged", () => {
  it.scoped.each(Object.keys(forgeries))("with %s is refused", (name) =>
    Effect.gen(function* () {
      const library = yield* newLibrary
      yield* library.songs.create(song("a"))
      if (name.includes("number")) yield* library.backups.take({})
      const { from, last } = yield* lookAt(library, (snapshot) => {
        return { from: snapshot.head, last: snapshot.runAfter(0, 1)?.events[0] }
      })
      if (last === undefined) return expect.fail("there is an event")
      const change = forgeries[name]?.(last.payload)
      const event: PlainEvent = { ...last, command: 9, version: 2, type: "SongEdited", ...change }
      const first = from.position + 1
      const command = { number: 9, commandId: "c", requestHash: undefined, actor: "eve", recordedAt: 0 }
      const before = contents(library.path)
      const line = takeLine(library, { line: "l", device: "eve", from, isOnPath: () => false })
      const outcome = yield* Effect.flip(
        Effect.zipRight(
          line.take((receiver) =>
            receiver.events({
              ...{ before: from.chainHash, after: undefined, first, events: [event] },
              commands: [{ ...command, first, last: first }]
            })
          ),
          line.apply()
        )
      )
      expect(outcome).toMatchObject({ _tag: "MalformedData" })
      expect(contents(library.path)).toBe(before)
      expect((yield* library.upkeep.check({ level: "full" })).damaged).toEqual([])
    })
  )
})
