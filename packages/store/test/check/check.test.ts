import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { fromHex, type Library, rootOf, toHex } from "../../src/index.js"
import { sha256 } from "../../src/object/Compression.js"
import { openSession } from "../../src/session/openSession.js"
import {
  failure,
  flipped,
  freshLibrary,
  hour,
  morning,
  performance,
  song,
  songs,
  sqlite,
  tamper
} from "../support/libraries.js"

/** Songs a and b and a performance of a in b1; b renamed in b2. Events 1, 2, 3, b1 is @4, @5, b2 is @6. */
const twoBackups = Effect.gen(function* () {
  const library = yield* freshLibrary
  yield* library.songs.upsertAll([song("a"), song("b")])
  yield* library.performances.create(performance("p", "a"))
  yield* library.backups.take()
  yield* library.songs.update(song("b", { name: "Renamed" }))
  yield* library.backups.take()
  return library
})

const objectOf = (text: string): Uint8Array => sha256(new TextEncoder().encode(text))
const documentOf = (id: string): Uint8Array => objectOf(song(id).songDataJSON)

/** What a full check finds that mends nothing, as `what: reason [backups] [entities]`. */
const found = (library: Library) =>
  Effect.map(library.upkeep.check({ level: "full", mend: false }), ({ damaged, ok }) => {
    expect(ok).toBe(damaged.length === 0)
    return damaged.map(
      ({ what, reason, backups, entities }) => `${what}: ${reason} [${backups}] [${entities}]`
    )
  })

const quick = (library: Library) =>
  Effect.map(library.upkeep.check(), ({ damaged }) => damaged.map(({ what, reason }) => `${what}: ${reason}`))

describe("a sound library", () => {
  it.scoped("is found sound, and what was looked at is counted", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      const objects = Number(sqlite(library.path, "SELECT count(*) FROM object"))
      expect(yield* library.upkeep.check()).toMatchObject({
        ok: true,
        level: "quick",
        damaged: [],
        gapEvents: 0
      })
      expect(yield* library.upkeep.check({ level: "full" })).toMatchObject({
        ok: true,
        level: "full",
        objects,
        damaged: []
      })
    })
  )

  it.scoped("remembers when it was checked, and how far", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      expect(yield* library.upkeep.status).toMatchObject({ lastCheck: undefined, lastFullCheck: undefined })
      yield* library.upkeep.check()
      yield* TestClock.adjust(hour)
      yield* library.upkeep.check({ level: "full", subset: { part: 1, of: 2 } })
      expect((yield* library.upkeep.status).lastFullCheck).toBeUndefined()
      yield* library.upkeep.check({ level: "full" })
      const { lastCheck, lastFullCheck } = yield* library.upkeep.status
      expect(lastCheck).toEqual({ level: "quick", checkedAt: new Date(morning), position: 6, ok: true })
      expect(lastFullCheck).toEqual({
        level: "full",
        checkedAt: new Date(morning + hour),
        position: 6,
        ok: true
      })
    })
  )

  it.scoped("changes nothing but that memory", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      sqlite(library.path, "UPDATE song_data SET name = 'noted' WHERE id = 'a'")
      const head = yield* library.log.head
      expect(yield* found(library)).toEqual([])
      expect(yield* library.log.head).toEqual(head)
      expect(yield* library.upkeep.status).toMatchObject({ pendingChanges: 1 })
    })
  )

  it.scoped("is found sound where songs changed and changed back, came and went between two backups", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      yield* library.songs.update(song("a", { name: "Other" }))
      yield* library.songs.update(song("a"))
      yield* library.songs.create(song("c"))
      yield* library.songs.delete("c")
      yield* library.performances.delete("p")
      yield* library.performances.create(performance("p", "a"))
      yield* library.backups.take()
      yield* library.songs.delete("b")
      expect(yield* found(library)).toEqual([])
    })
  )

  it.scoped("can be read in parts that together read everything", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.upsertAll(songs(9))
      yield* library.backups.take()
      const { objects } = yield* library.upkeep.check({ level: "full" })
      const parts = [1, 2, 3].map((part) => library.upkeep.check({ level: "full", subset: { part, of: 3 } }))
      const read = yield* Effect.all(parts)
      expect(read.reduce((sum, part) => sum + part.objects, 0)).toBe(objects)
      expect(Math.max(...read.map((part) => part.objects))).toBeLessThan(objects)
      expect((yield* library.upkeep.check({ level: "full", subset: { share: 1 } })).objects).toBe(objects)
      for (const subset of [
        { part: 0, of: 3 },
        { part: 4, of: 3 },
        { part: 1.5, of: 3 },
        { share: 0 },
        { share: 2 }
      ])
        expect(yield* failure(library.upkeep.check({ level: "full", subset }))).toBe("InvalidInput")
    })
  )

  it.scoped("reports progress", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      const steps: Array<string> = []
      yield* library.upkeep.check({
        level: "full",
        onProgress: ({ done, total, step }) => steps.push(`${step} ${done}/${total}`)
      })
      expect(steps.at(-1)).toBe("replay the log 6/6")
      expect(steps.some((step) => step.startsWith("read objects "))).toBe(true)
    })
  )
})

describe("damage is found and named", () => {
  it.scoped("in a document: the backups that need it and the song", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      const block = "SELECT block FROM object WHERE hash = ?"
      const bytes = flipped(library, `SELECT data FROM block WHERE number = (${block})`, documentOf("b"))
      tamper(library, `UPDATE block SET data = ? WHERE number = (${block})`, bytes, documentOf("b"))
      const report = yield* library.upkeep.check({ level: "full" })
      expect(report.damaged).toMatchObject([{ backups: ["b1"], entities: ["song Song b (b)"] }])
      const validation = yield* library.backups.validate("b1", "full")
      expect(validation).toMatchObject({ isValid: false, validSongs: 1 })
      expect(validation.errors[0]).toMatch(/^song Song b: /)
    })
  )

  it.scoped("in a document that is gone", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      tamper(
        library,
        "DELETE FROM object WHERE hash = ?",
        objectOf(song("b", { name: "Renamed" }).songDataJSON)
      )
      expect(yield* found(library)).toEqual([
        expect.stringMatching(/^object [0-9a-f]{12}: a document is missing \[b2\] \[song Renamed \(b\)\]$/)
      ])
    })
  )

  it.scoped("in a document that is gone, of a song that no backup has yet", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      yield* library.songs.create(song("c"))
      tamper(library, "DELETE FROM object WHERE hash = ?", documentOf("c"))
      expect(yield* found(library)).toEqual([
        expect.stringMatching(/^object [0-9a-f]{12}: a document is missing \[\] \[song Song c \(c\)\]$/)
      ])
    })
  )

  it.scoped("in a tree that says something else of a song that changed back", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      yield* library.songs.update(song("b"))
      yield* library.backups.take()
      tamper(
        library,
        "UPDATE library_info SET tree_root = (SELECT root FROM backup_catalog WHERE number = 2), tree_position = 7"
      )
      expect(yield* found(library)).toContain("the current tree: its tree is not what the log says [] []")
    })
  )

  it.scoped("in a block that is gone", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      tamper(
        library,
        "DELETE FROM block WHERE number = (SELECT block FROM object WHERE hash = ?)",
        documentOf("b")
      )
      const report = yield* library.upkeep.check({ level: "full" })
      expect(report.damaged).toMatchObject([{ backups: ["b1"], entities: ["song Song b (b)"] }])
    })
  )

  it.scoped("in what a block says of itself, from which the table of objects could be made again", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* library.songs.create(song("a", { songDataJSON: "{}" }))
      // A block of one object, which is `{}`; then it says that there are three, or that it is empty.
      const [one, three, empty] = ["0102", "0302", "0100"].map((list) => `x'575242010004${list}7b7d'`)
      const object = `object ${toHex(objectOf("{}")).slice(0, 12)}`
      for (const [was, is] of [
        [one, three],
        [three, empty]
      ]) {
        tamper(library, `UPDATE block SET data = ${is} WHERE data = ${was}`)
        expect(yield* found(library)).toEqual([
          expect.stringMatching(
            `^${object}: block \\d+: it does not say that the object is there \\[\\] \\[song .*\\(a\\)\\]$`
          )
        ])
      }
    })
  )

  it.scoped("in a node of a tree: the backups that need it", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      const session = openSession(library.path, { actor: "test" })
      const { root } = yield* library.backups.find("b1")
      const node = rootOf(fromHex(root), session.nodeStore(new Map())).song.hash
      session.close()
      tamper(library, "DELETE FROM object WHERE hash = ?", node)
      const report = yield* library.upkeep.check({ level: "full" })
      expect(
        report.damaged.filter(({ what }) => what === `object ${toHex(node).slice(0, 12)}`)
      ).toMatchObject([{ backups: ["b1"] }])
      expect(report.damaged.flatMap(({ backups }) => backups)).not.toContain("b2")
    })
  )

  it.scoped("in the root of a backup, quickly", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      const { root } = yield* library.backups.find("b1")
      tamper(library, "DELETE FROM object WHERE hash = ?", fromHex(root))
      expect((yield* library.upkeep.check({ mend: false })).damaged).toMatchObject([
        { what: "backup b1", backups: ["b1"] }
      ])
      expect((yield* found(library)).join("\n")).toContain("[b1]")
    })
  )

  it.scoped("in the payload of an event: its position and its song", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      const bytes = Buffer.from(flipped(library, "SELECT payload FROM event_log WHERE position = 1"))
      tamper(library, "UPDATE event_log SET payload = ? WHERE position = 1", bytes)
      expect((yield* found(library))[0]).toMatch(
        /^event @1 \(SongCreated .*\): it does not fit the hash chain/
      )
      expect((yield* quick(library))[0]).toMatch(/^event @1 /)
    })
  )

  it.scoped("in the chain, and in every column of an event", () =>
    Effect.gen(function* () {
      const changes = [
        "chain_hash = zeroblob(32)",
        "subject = 2",
        "entity_id = 'other'",
        "version = 7",
        "type = 'SongEdited'",
        "type = 'Nonsense'",
        "schema = 2"
      ]
      for (const change of changes) {
        const library = yield* twoBackups
        tamper(library, `UPDATE event_log SET ${change} WHERE position = 2`)
        expect((yield* found(library)).some((line) => line.startsWith("event @2"))).toBe(true)
      }
    })
  )

  it.scoped("in an event that is gone, at the end as in the middle", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      tamper(library, "DELETE FROM event_log WHERE position = 2")
      expect(yield* quick(library)).toContain("the log: 1 of 6 events are missing")
      expect((yield* found(library)).some((line) => line.startsWith("event @2: it is missing"))).toBe(true)
      const cut = yield* twoBackups
      tamper(cut, "DELETE FROM event_log WHERE position = 6")
      expect((yield* quick(cut))[0]).toBe("backup b2: the catalogue has it, the log does not")
    })
  )

  it.scoped("in a command: who, when, under which id, and what it wrote", () =>
    Effect.gen(function* () {
      const changes = [
        "actor = 'nobody'",
        "recorded_at = recorded_at + 1",
        "command_id = 'x'",
        "number = 99",
        "first_position = 2",
        "last_position = 1"
      ]
      for (const change of changes) {
        const library = yield* twoBackups
        tamper(library, `UPDATE command SET ${change} WHERE number = 1`)
        expect((yield* found(library)).some((line) => /^(event @[12]|command 1)/.test(line))).toBe(true)
      }
    })
  )

  it.scoped("in the catalogue: the backup and what is wrong with it", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      tamper(library, "UPDATE backup_catalog SET description = 'x', songs = 7 WHERE number = 1")
      const line = "backup b1: its catalogue row differs from the log in: description, songs"
      expect(yield* quick(library)).toEqual([line])
      expect(yield* found(library)).toEqual([`${line} [b1] []`])
      tamper(library, "DELETE FROM backup_catalog WHERE number = 1")
      expect(yield* quick(library)).toEqual(["backup b1: it is missing from the catalogue"])
      tamper(library, "UPDATE backup_catalog SET number = 9, backup_id = 'x' WHERE number = 2")
      expect((yield* quick(library)).at(-1)).toBe("backup b9: the catalogue has it, the log does not")
    })
  )

  it.scoped("in a live row that was changed, is gone or came unseen", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      tamper(library, "UPDATE song_data SET genre = 'x' WHERE id = 'a'")
      tamper(library, "DELETE FROM song_data WHERE id = 'b'")
      tamper(library, "INSERT INTO user_preferences(user_id, updated_at) VALUES('x', '')")
      expect(yield* found(library)).toEqual([
        "song Song a (a): its live row is not what the log says, and no program was seen writing it [] [song Song a (a)]",
        "song Renamed (b): its live row is gone, and no program was seen deleting it [] [song Renamed (b)]",
        "preferences x: the log does not know it, and no program was seen writing it [] [preferences x]"
      ])
    })
  )

  it.scoped("in the current tree", () =>
    Effect.gen(function* () {
      const library = yield* twoBackups
      tamper(library, "UPDATE library_info SET tree_position = 99")
      expect((yield* found(library)).some((line) => line.startsWith("the current tree: "))).toBe(true)
      const other = yield* twoBackups
      const { root } = yield* other.backups.find("b1")
      tamper(other, "UPDATE library_info SET tree_root = ?", fromHex(root))
      expect((yield* found(other)).some((line) => line.startsWith("the current tree: "))).toBe(true)
    })
  )
})
