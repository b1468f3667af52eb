/** One song, or the list of backups, comes from a vault by a few ranges, and is what the whole log says. */
import { createHash } from "node:crypto"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import {
  chainHash,
  type EntityKey,
  genesis,
  isEntity,
  objectsOfRecord,
  toHex,
  type WhiteRoomError
} from "@white-room/core"
import { type Library, openLibrary } from "@white-room/store"
import { lookAt, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import {
  type Blobs,
  clone,
  counting,
  differenceIn,
  findIn,
  historyIn,
  listLines,
  makeVault,
  memoryBlobs,
  mergeLine,
  openHere,
  openReader,
  openVault,
  push,
  sourceOf,
  type Vault
} from "../src/index.js"
import { pathsIn } from "../src/Path.js"
import { openRanged } from "../src/read/RangedSegment.js"
import { stateBytes } from "../src/read/StateRead.js"
import { VaultReader } from "../src/read/VaultReader.js"
import { segmentName } from "../src/segment/SegmentName.js"
import { SegmentWriter } from "../src/segment/SegmentWriter.js"
import { know, knownHome, newLibrary, song, temporaryFolder, withVault } from "./support/library.js"
import { memoryVault } from "./support/sealed.js"
import { rounds } from "./support/soak.js"

const noise = (seed: string): string => createHash("sha256").update(seed).digest("base64").repeat(3)

const pushMore = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    yield* TestClock.adjust("1 hour")
    yield* push(library, vault, yield* knownHome(library))
  })

const mergeAll = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    yield* TestClock.adjust("26 hours")
    const { line } = yield* knownHome(library)
    const id = yield* lookAt(library, ({ libraryId }) => libraryId)
    yield* mergeLine(vault, id, line)
    yield* TestClock.adjust("26 hours")
    yield* mergeLine(vault, id, line)
  })

const requestsOf = (blobs: ReturnType<typeof counting>) => {
  const counts = Object.values(blobs.counts())
  return {
    requests: counts.reduce((sum, { requests }) => sum + requests, 0),
    bytes: blobs.counts().get.bytes
  }
}

const anySong: EntityKey = { kind: "song", id: "s1234" }

/** A library of many songs in a vault that was merged to one segment. */
const compacted = (vault: Vault, songs: number) =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    yield* know(library, vault)
    const all = Array.from({ length: songs }, (_, index) => song(`s${index}`, noise(`${index}`)))
    yield* library.songs.upsertAll(all)
    for (let round = 0; ((yield* listLines(vault))[0]?.segments.length ?? 0) < 16; round++) {
      yield* library.songs.upsert(song(`s${round}`, `edited ${round}`))
      if (round % 4 === 0) yield* library.backups.take({ description: `after ${round}` })
      yield* pushMore(library, vault)
    }
    yield* mergeAll(library, vault)
    return library
  })

const songs = rounds(2000, 10_000)

/** A song of a thousand letters that do not compress. */
const longSong = (id: string, seed: string) => ({
  ...song(id),
  songDataJSON: JSON.stringify(
    Array.from({ length: 24 }, (_, part) => createHash("sha256").update(`${seed} ${part}`).digest("base64"))
  )
})

describe("what reading costs", () => {
  it.scoped(`a difference of the newest edits, and a search, read no document that did not change`, () =>
    Effect.gen(function* () {
      const place = memoryBlobs()
      const library = yield* compacted(yield* makeVault(place), songs)
      const whole = ((yield* listLines(yield* openVault(place)))[0]?.segments ?? []).reduce(
        (sum, { bytes }) => sum + bytes,
        0
      )
      const before = (yield* library.log.head).position
      for (let round = 0; round < 3; round++) {
        yield* library.songs.upsert(song(`s${round}`, `later ${round}`))
        yield* pushMore(library, yield* openVault(place))
      }
      const blobs = counting(place)
      const reader = yield* openReader(yield* openVault(blobs))
      const now = { position: yield* reader.head, name: "now" }
      const found = yield* differenceIn(reader, { position: before, name: "then" }, now)
      expect(found?.changed.map(({ id }) => id).toSorted()).toEqual(["s0", "s1", "s2"])
      // Each of the three: its page of the state, its event and its document before.
      expect(requestsOf(blobs).requests).toBeLessThanOrEqual(18)
      expect(requestsOf(blobs).bytes).toBeLessThanOrEqual(whole / 3)
      blobs.reset()
      const again = yield* openReader(yield* openVault(blobs))
      expect(yield* findIn(again, "s1999")).toEqual(yield* library.history.find("s1999"))
      expect(requestsOf(blobs).requests).toBeLessThanOrEqual(9)
      expect(requestsOf(blobs).bytes).toBeLessThanOrEqual((whole * 3) / 5)
    })
  )

  it.scoped(`one song of ${songs} takes six requests and half a megabyte`, () =>
    Effect.gen(function* () {
      const place = memoryBlobs()
      const library = yield* compacted(yield* makeVault(place), songs)
      expect((yield* listLines(yield* openVault(place)))[0]?.segments.map(({ level }) => level)).toEqual([1])
      const blobs = counting(place)
      const fresh = Effect.suspend(() => {
        blobs.reset()
        return Effect.flatMap(openVault(blobs), (vault) => openReader(vault))
      })
      const reader = yield* fresh
      const found = yield* reader.entity(anySong, yield* reader.head)
      expect(requestsOf(blobs).requests).toBeLessThanOrEqual(6)
      expect(requestsOf(blobs).bytes).toBeLessThanOrEqual(500_000)
      expect(toHex(found?.record ?? new Uint8Array())).toBe(
        toHex((yield* library.history.recordAt(anySong, "now")) ?? new Uint8Array())
      )
      // What came since: one request for each push, which is read whole.
      for (let round = 0; round < 3; round++) {
        yield* library.songs.upsert(song(`s${round}`, `later ${round}`))
        yield* pushMore(library, yield* openVault(place))
      }
      const later = yield* fresh
      yield* later.entity(anySong, yield* later.head)
      expect(requestsOf(blobs).requests).toBeLessThanOrEqual(6 + 3)
      const listing = yield* fresh
      expect(yield* listing.backups).toEqual(yield* library.backups.list())
      expect(requestsOf(blobs).requests).toBeLessThanOrEqual(6)
      const names = yield* fresh
      expect(yield* names.entries(yield* names.head)).toHaveLength(songs)
      expect(requestsOf(blobs).requests).toBeLessThanOrEqual(5 + 3)
      expect(requestsOf(blobs).bytes).toBeLessThanOrEqual(1_000_000)
    })
  )

  it.scoped(
    `one song of ${songs} at any instant six, and one for each segment since the last state`,
    () =>
      Effect.gen(function* () {
        const place = memoryBlobs()
        const library = yield* newLibrary
        const vault = yield* withVault(library, place)
        const all = Array.from({ length: songs }, (_, index) => longSong(`s${index}`, `${index}`))
        yield* library.songs.upsertAll(all)
        const pushed: Array<number> = []
        for (let round = 0; round < rounds(45, 300); round++) {
          // The one that is asked for changes in every file, others by the dozen.
          const edited = Array.from({ length: 60 }, (_, index) => (round * 60 + index) % songs)
          yield* library.songs.upsertAll(edited.map((id) => longSong(`s${id}`, `${round} ${id}`)))
          if (round > 20) yield* library.songs.upsert(longSong("s1234", `again ${round}`))
          yield* pushMore(library, vault)
          pushed.push((yield* library.log.head).position)
          if (round % 20 === 19) yield* mergeAll(library, vault)
        }
        const changed = (yield* library.history.versions(anySong)).map(({ position }) => position)
        const lines = yield* listLines(vault)
        const [line] = lines
        if (line === undefined) return
        const parts = (yield* pathsIn(vault, lines)(line)).stretches.flatMap(({ segments }) => segments)
        const states = yield* Effect.filter(parts, (listed) =>
          Effect.map(openRanged(vault, listed), (segment) => stateBytes(segment) > 0)
        )
        expect(states.length).toBeGreaterThan(0)
        const head = parts.at(-1)?.last ?? 0
        let most = 0
        for (let position = songs; position <= head; position += Math.ceil(head / rounds(25, 400))) {
          const blobs = counting(place)
          const found = yield* (yield* openReader(yield* openVault(blobs))).entity(anySong, position)
          expect(hexOf(found?.record)).toBe(hexOf(yield* library.history.recordAt(anySong, `@${position}`)))
          const state = states.findLast(({ last }) => last <= position)
          const since = parts.filter(({ first }) => first > (state?.last ?? 0) && first <= position).length
          // Within a file that has a state its index lies before that, and is read too.
          const isWithin = states.some(({ first, last }) => first <= position && position < last)
          // Within a push in which the song changed only later, its events there are read too: in the same request where it changed
          // in the push before, and that is in the same file.
          const ended = pushed.findIndex((end) => end >= position)
          const [before = 0, begun = 0, end = head] = [pushed[ended - 2], pushed[ended - 1], pushed[ended]]
          const file = parts.find(({ last }) => last >= position)?.first ?? 0
          const near = changed.filter((each) => each > before && each <= end && each >= file)
          const isLater = near.some((each) => each > begun) && near.every((each) => each > position)
          // What is newer than the state needs no page of that.
          const isNewer = (found?.position ?? 0) > (state?.last ?? 0)
          const more = (isWithin ? 1 : 0) + (isLater ? 1 : 0) - (isNewer ? 1 : 0)
          expect(requestsOf(blobs).requests, `@${position}`).toBeLessThanOrEqual(6 + since + more)
          expect(requestsOf(blobs).bytes, `@${position}`).toBeLessThanOrEqual(500_000 + since * 64 * 1024)
          most = Math.max(most, since)
        }
        expect(most).toBeGreaterThan(3)
      }),
    { timeout: 600_000 }
  )

  it.scoped("in a sealed vault that is used for the first time nine, at a time that is looked for too", () =>
    Effect.gen(function* () {
      const place = memoryBlobs()
      yield* compacted(yield* memoryVault(place), 2000)
      const blobs = counting(place)
      const vault = yield* openHere(blobs, { keys: { passphrase: "correct horse" } })
      expect(requestsOf(blobs).requests).toBeLessThanOrEqual(4)
      const reader = yield* openReader(vault)
      const position = (yield* reader.positionAtTime(Number.MAX_SAFE_INTEGER)) ?? 0
      expect((yield* reader.versionAt(position)).position).toBe(yield* reader.head)
      yield* reader.entity({ kind: "song", id: "s1234" }, position)
      expect(requestsOf(blobs).requests).toBeLessThanOrEqual(9)
    })
  )

  it.scoped("the list of backups after many pushes six", () =>
    Effect.gen(function* () {
      const place = memoryBlobs()
      const library = yield* newLibrary
      const vault = yield* withVault(library, place)
      const pushes = rounds(64, 1000)
      for (let round = 0; round < pushes; round++) {
        yield* library.songs.upsert(song(`s${round % 5}`, noise(`${round}`)))
        if (round % 10 === 0) yield* library.backups.take({ description: `after ${round}` })
        yield* pushMore(library, vault)
        if (round % 16 === 15) yield* mergeAll(library, vault)
      }
      const blobs = counting(place)
      const reader = yield* openReader(yield* openVault(blobs))
      expect(yield* reader.backups).toEqual(yield* library.backups.list())
      expect(requestsOf(blobs).requests).toBeLessThanOrEqual(6)
    })
  )
})

/** A library of many changes, pushed and merged now and then. */
const changing = (vault: Vault, pushes: number) =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    yield* know(library, vault)
    for (let round = 0; round < pushes; round++) {
      const id = `s${(round * 7) % 12}`
      if (round % 5 === 3) yield* library.songs.upsert({ ...song("s1", noise("s1")), name: `Take ${round}` })
      else yield* library.songs.upsert(song(id, noise(`${round}`)))
      if (round % 6 === 5 && round % 5 !== 3) yield* library.songs.delete(id)
      if (round % 9 === 2)
        yield* library.performances.upsert({
          id: "p",
          name: `Live ${round}`,
          songId: "s1",
          duration: round,
          performanceDataJSON: noise(`p${round}`)
        })
      if (round % 4 === 0) yield* library.backups.take({ description: `after ${round}` })
      if (round === 13) yield* library.backups.forget(["b2"])
      if (round === 17) yield* library.backups.restore("b3", { mode: "exact" })
      yield* pushMore(library, vault)
      if (round % 16 === 15) yield* mergeAll(library, vault)
    }
    return library
  })

const keys: ReadonlyArray<EntityKey> = [
  ...Array.from({ length: 13 }, (_, index): EntityKey => ({ kind: "song", id: `s${index}` })),
  { kind: "performance", id: "p" }
]

const hexOf = (bytes: Uint8Array | undefined): string | undefined => bytes && toHex(bytes)

describe.each(["plain", "sealed"] as const)("what is read of a %s vault", (kind) => {
  it.scoped("is at every position what the log says", () =>
    Effect.gen(function* () {
      const place = memoryBlobs()
      const vault: Vault = kind === "plain" ? yield* makeVault(place) : yield* memoryVault(place)
      const library = yield* changing(vault, 42)
      const reader = yield* openReader(vault)
      const head = yield* reader.head
      const log = yield* library.log.read()
      expect(head).toBe(log.length)
      for (let position = 1; position <= head; position += rounds(11, 1)) {
        const fresh = yield* openReader(vault)
        for (const key of position % 3 === 0 ? keys : keys.slice(0, 3)) {
          const found = yield* fresh.entity(key, position)
          const record = yield* library.history.recordAt(key, `@${position}`)
          expect(hexOf(found?.record)).toBe(hexOf(record))
          for (const { hash } of record === undefined ? [] : objectsOfRecord(key.kind, record))
            expect(hexOf(sha256(found?.documents.get(toHex(hash)) ?? new Uint8Array()))).toBe(toHex(hash))
        }
        const { entries } = yield* library.history.entries(`@${position}`)
        const told = (yield* fresh.entries(position))
          .filter(({ size }) => size > 0)
          .map(({ kind, id, name, size }) => ({
            kind,
            id,
            name,
            size
          }))
        const byKey = (a: EntityKey, b: EntityKey) => (`${a.kind} ${a.id}` < `${b.kind} ${b.id}` ? -1 : 1)
        expect(told.toSorted(byKey)).toEqual(
          entries.map(({ kind, id, name, size }) => ({ kind, id, name, size })).toSorted(byKey)
        )
      }
      // Places of segments that were merged since say nothing: the indexes find the same.
      const lines = yield* listLines(vault)
      const [line] = lines
      if (line === undefined) return
      const { stretches } = yield* pathsIn(vault, lines)(line)
      const parts = stretches.flatMap(({ segments, until }) => segments.map((listed) => ({ listed, until })))
      for (const key of keys) {
        const found = yield* new VaultReader(vault, parts, []).entity(key, head)
        expect(hexOf(found?.record)).toBe(hexOf(yield* library.history.recordAt(key, "now")))
        expect(found?.documents).toEqual((yield* reader.entity(key, head))?.documents)
      }
      const backups = [...(yield* library.backups.list()), ...(yield* library.backups.list({ trash: true }))]
      expect(yield* reader.backups).toEqual(backups.toSorted((a, b) => a.number - b.number))
      for (const key of keys) {
        const logged = log.filter(
          ({ subject, id }) => isEntity(subject) && subject === key.kind && id === key.id
        )
        const { versions } = yield* reader.history(key)
        expect(yield* historyIn(reader, key)).toEqual(
          logged.length === 0 ? [] : yield* library.history.versions(key)
        )
        expect(versions.map(({ position }) => position)).toEqual(logged.map(({ position }) => position))
      }
      for (const text of ["other", "rename", "s1", "nowhere"])
        expect(yield* findIn(reader, text), text).toEqual(yield* library.history.find(text))
      for (const [from, to] of [
        [1, head],
        [head, 1],
        [head - 5, head],
        [12, 31],
        [31, 12],
        [20, 20]
      ] as const) {
        const [a, b] = [
          { position: from, name: `@${from}` },
          { position: to, name: `@${to}` }
        ]
        for (const words of [true, false, 2]) {
          const wanted = yield* library.history.diff(a.name, b.name, { words })
          const found = yield* differenceIn(reader, a, b, { words })
          expect(found, `${from} to ${to}`).toEqual({ ...wanted, from: a.name, to: b.name })
        }
      }
      for (const { recordedAt } of log.filter((_, index) => index % 9 === 0)) {
        const last = log.findLast((event) => event.recordedAt <= recordedAt)
        expect(yield* reader.positionAtTime(recordedAt)).toBe(last?.position)
      }
      expect(yield* reader.positionAtTime(-1)).toBeUndefined()
    })
  )
})

it.scoped("a line that began on another one is read through both, up to where it began", () =>
  Effect.gen(function* () {
    const place = memoryBlobs()
    const vault = yield* makeVault(place)
    const library = yield* changing(vault, 20)
    const file = path.join(yield* temporaryFolder, "clone.db")
    yield* clone(vault, file, { name: "home" })
    const other = yield* openLibrary(file)
    // What the first device does from here on is not in the life of the second.
    yield* library.songs.upsert(song("s0", "of the first device"))
    yield* pushMore(library, vault)
    for (let round = 0; round < 17; round++) {
      yield* other.songs.upsert({ ...song(`t${round % 4}`, noise(`t${round}`)), name: `Other ${round}` })
      if (round === 3) yield* other.songs.upsert({ ...song("s1", noise("s1")), name: "Renamed elsewhere" })
      yield* pushMore(other, vault)
    }
    yield* mergeAll(other, vault)
    const { line } = yield* knownHome(other)
    const merged = (yield* listLines(vault)).find((each) => each.line === line)?.segments ?? []
    expect(merged.some(({ level }) => level === 1)).toBe(true)
    const reader = yield* openReader(vault, { line })
    const head = yield* reader.head
    for (const position of [5, 30, head - 3, head])
      for (const key of [...keys, { kind: "song", id: "t1" } as const]) {
        const fresh = yield* openReader(vault, { line })
        expect(hexOf((yield* fresh.entity(key, position))?.record)).toBe(
          hexOf(yield* other.history.recordAt(key, `@${position}`))
        )
      }
    expect(yield* historyIn(reader, { kind: "song", id: "s1" })).toEqual(
      yield* other.history.versions({ kind: "song", id: "s1" })
    )
    expect((yield* reader.backups).map(({ number }) => number)).toEqual(
      [...(yield* other.backups.list()), ...(yield* other.backups.list({ trash: true }))]
        .map(({ number }) => number)
        .toSorted((a, b) => a - b)
    )
  })
)

/** A place in which one byte of every blob that passes is another one, when it is read. */
const flipping = (blobs: Blobs, name: string, at: number): Blobs => ({
  ...blobs,
  get: (asked, range) =>
    Effect.map(blobs.get(asked, range), (bytes) => {
      const index = at - (range?.offset ?? 0)
      if (asked !== name || index < 0 || index >= bytes.length) return bytes
      const changed = Uint8Array.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ 4
      return changed
    })
})

it.scoped("a vault in which any byte is another one gives the same answer or none", () =>
  Effect.gen(function* () {
    const place = memoryBlobs()
    const vault = yield* makeVault(place)
    const library = yield* changing(vault, 36)
    const key: EntityKey = { kind: "song", id: "s1" }
    const right = hexOf(yield* library.history.recordAt(key, "now"))
    const backups = yield* library.backups.list()
    const segments = (yield* listLines(vault))[0]?.segments ?? []
    expect(segments.some(({ level }) => level > 0)).toBe(true)
    let refused = 0
    for (const { name, bytes } of segments)
      for (let at = 0; at < bytes; at += rounds(Math.ceil(bytes / 16), 97)) {
        const reader = yield* openReader({ ...vault, blobs: flipping(place, name, at) })
        const read = Effect.flatMap(reader.head, (head) => reader.entity(key, head))
        const found = yield* Effect.either(read)
        if (found._tag === "Right") expect(hexOf(found.right?.record)).toBe(right)
        else expect(found.left._tag).toBe("VaultDamaged")
        const list = yield* Effect.either(reader.backups)
        if (list._tag === "Right")
          expect(list.right.filter(({ forgottenAt }) => forgottenAt === undefined)).toEqual(backups)
        else expect(list.left._tag).toBe("VaultDamaged")
        if (found._tag === "Left" || list._tag === "Left") refused++
      }
    expect(refused).toBeGreaterThan(0)
  })
)

it.scoped("events whose chain fits and that are none are damage, and no crash", () =>
  Effect.gen(function* () {
    const blobs = memoryBlobs()
    const vault = yield* makeVault(blobs)
    const command = {
      number: 1,
      commandId: "c1",
      requestHash: undefined,
      actor: "mallory",
      recordedAt: 5,
      first: 1,
      last: 2
    }
    for (const [subject, type] of [
      ["song", "SongEdited"],
      ["backup", "BackupTaken"]
    ] as const) {
      const event = { subject, id: "s1", version: 1, type, schema: 1, payload: Uint8Array.of(1, 2, 3) }
      const after = (before: Uint8Array, position: number) => {
        const envelope = { ...event, position, commandId: "c1", actor: "mallory", recordedAt: 5 }
        return chainHash(before, envelope, sha256(event.payload), sha256)
      }
      const head = after(after(genesis, 1), 2)
      const parts: Array<Uint8Array> = []
      const writer = new SegmentWriter((piece) => parts.push(piece), { vault: vault.id, sealed: undefined })
      const events = [1, 2].map(() => ({ ...event, command: 1 }))
      writer.events({ before: genesis, after: head, first: 1, commands: [command], events })
      const about = {
        library: crypto.randomUUID(),
        line: crypto.randomUUID(),
        kind: "events",
        level: 0
      } as const
      // Half of a command, so that what it says of backups at its end is not what is asked for.
      const end = { ...about, first: 1, last: 2, whole: 1, prev: genesis, head }
      const backups = { since: 0, kept: [], gone: [] }
      const written = writer.finish({ about: end, absent: [], tables: [], backups, lastBackup: 0 })
      yield* blobs.put(segmentName(end, written.sha256), sourceOf(Buffer.concat(parts)))
      const reader = yield* openReader(vault, { line: about.line, library: about.library })
      const all: ReadonlyArray<Effect.Effect<unknown, WhiteRoomError>> =
        subject === "song"
          ? [
              reader.entity({ kind: "song", id: "s1" }, 1),
              reader.entries(1),
              reader.history({ kind: "song", id: "s1" }),
              reader.versionAt(1)
            ]
          : [reader.backups]
      for (const asked of all) expect((yield* Effect.flip(asked))._tag).toBe("VaultDamaged")
    }
  })
)
