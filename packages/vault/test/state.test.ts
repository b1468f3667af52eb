/** The state in merged segments says what the log says, its places hold what it points to, and damage of it is found. */
import { createHash } from "node:crypto"
import { describe, expect, it, vi } from "@effect/vitest"
import { extentsOfBody, isEntity, keyString, MalformedData, openBlock } from "@white-room/core"
import type { Library } from "@white-room/store"
import { brotli, lookAt, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { checkVault, listLines, makeVault, memoryBlobs, mergeLine, push, type Vault } from "../src/index.js"
import { openRanged, readPlaced } from "../src/read/RangedSegment.js"
import { backupsIn, readEntities } from "../src/read/StateRead.js"
import { decodeRun } from "../src/segment/Events.js"
import { frameTypes } from "../src/segment/Segment.js"
import { openBody } from "../src/segment/SegmentReader.js"
import { SegmentWriter } from "../src/segment/SegmentWriter.js"
import { StateFold } from "../src/segment/StateFold.js"
import { decodeStatePage, type EntityPlace, type FramePlace, statePages } from "../src/segment/StatePages.js"
import { know, knownHome, newLibrary, song } from "./support/library.js"
import { memoryVault } from "./support/sealed.js"

/** A text that does not compress. */
const noise = (seed: string): string =>
  Array.from({ length: 12 }, (_, part) =>
    createHash("sha256").update(`${seed} ${part}`).digest("base64")
  ).join("")

const change = (library: Library, round: number) =>
  Effect.gen(function* () {
    const id = `s${round % 7}`
    if (round === 0)
      yield* library.songs.upsertAll([song("kept", noise("kept")), song("renamed", noise("renamed"))])
    if (round === 20) yield* library.songs.upsert({ ...song("renamed", noise("renamed")), name: "Renamed" })
    if (round % 5 === 3) yield* library.songs.upsert({ ...song("s1", noise("s1")), name: `Take ${round}` })
    else yield* library.songs.upsert(song(id, noise(`${round}`)))
    if (round % 11 === 10) yield* library.songs.delete(id)
    if (round % 4 === 0) yield* library.backups.take({ description: `after ${round}` })
    if (round === 9) yield* library.backups.forget(["b1"])
    if (round === 20) yield* library.backups.edit("b2", { pinned: true, tags: ["tour"] })
  })

/** A library of so many pushes an hour apart. */
const pushed = (vault: Vault, pushes: number) =>
  Effect.gen(function* () {
    const library = yield* newLibrary
    yield* know(library, vault)
    for (let round = 0; round < pushes; round++) {
      yield* TestClock.adjust("1 hour")
      yield* change(library, round)
      yield* push(library, vault, yield* knownHome(library))
    }
    yield* TestClock.adjust("1 hour")
    return library
  })

const merged = (library: Library, vault: Vault) =>
  Effect.gen(function* () {
    const [listed] = yield* listLines(vault)
    const id = yield* lookAt(library, ({ libraryId }) => libraryId)
    yield* mergeLine(vault, id, listed?.line ?? "")
    const [line] = yield* listLines(vault)
    return line?.segments.filter(({ level }) => level > 0) ?? []
  })

/** What the log of a library says was there after a position. */
const expected = (library: Library, last: number) =>
  Effect.gen(function* () {
    const entities = new Map<string, { position: number; version: number }>()
    for (const { position, subject, id, version } of yield* library.log.read())
      if (position <= last && isEntity(subject)) entities.set(keyString(subject, id), { position, version })
    const { entries } = yield* library.history.entries(`@${last}`)
    return { entities, entries }
  })

/** Reads the frame at a place, of whichever segment that is. */
const frameAt = (vault: Vault, place: FramePlace, type: 2 | 3) =>
  Effect.gen(function* () {
    const { source } = place
    const [line] = yield* listLines(vault)
    const listed = line?.segments.find(
      ({ body }) => source && body === Buffer.from(source.body).toString("hex")
    )
    if (source === undefined || listed === undefined) return yield* Effect.die("no such segment")
    return yield* readPlaced(vault, listed, source, place, type)
  })

type Finishing = Parameters<SegmentWriter["finish"]>[0]

const nothing = { since: 0, kept: [], gone: [] }

/** Changes one entity of a state, or leaves it out. */
const lie =
  (change: (entity: EntityPlace) => EntityPlace | undefined) =>
  (honest: Finishing): Finishing => {
    const { entities = [], sources = [] } = honest.state ?? {}
    const read = entities.flatMap(({ block }) => decodeStatePage(openBody(block), sources))
    const changed = read.flatMap((entity, index) => (index === 2 ? (change(entity) ?? []) : entity))
    return { ...honest, state: statePages({ entities: changed }) }
  }

describe.each(["plain", "sealed"] as const)("the state in a %s vault", (kind) => {
  const newVault = Effect.suspend(
    (): Effect.Effect<Vault, unknown> =>
      kind === "plain" ? makeVault(memoryBlobs()) : memoryVault(memoryBlobs())
  )

  it.scoped(
    "is that of the log, every place of it holds what it points to, and its pieces came when they came",
    () =>
      Effect.gen(function* () {
        const vault = yield* newVault
        const library = yield* pushed(vault, 33)
        const segments = yield* merged(library, vault)
        expect(segments).toHaveLength(2)
        const [, second] = segments
        if (second === undefined) return
        const segment = yield* openRanged(vault, second)
        const entities = yield* readEntities(segment)
        const backups = yield* backupsIn(segment)
        const wanted = yield* expected(library, second.last)
        expect(
          new Map(
            entities.map(({ kind, id, position, version }) => [keyString(kind, id), { position, version }])
          )
        ).toEqual(wanted.entities)
        const alive = entities.filter(({ size }) => size > 0)
        const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
        expect(alive.map(({ kind, id, name, size }) => ({ kind, id, name, size })).toSorted(byId)).toEqual(
          wanted.entries.map(({ kind, id, name, size }) => ({ kind, id, name, size })).toSorted(byId)
        )
        const kept = [...(yield* library.backups.list()), ...(yield* library.backups.list({ trash: true }))]
          .filter(({ position }) => position < second.last)
          .toSorted((a, b) => a.number - b.number)
        expect(backups).toEqual({ since: 0, kept, gone: [] })
        for (const { id, position, event, documents } of entities) {
          const run = decodeRun(openBody(yield* frameAt(vault, event, frameTypes.events)))
          expect(run.events[position - run.first]?.id).toBe(id)
          for (const { hash, place } of documents) {
            const body = openBlock(yield* frameAt(vault, place, frameTypes.block), brotli)
            const hashes = extentsOfBody(body).map(({ offset, length }) =>
              Buffer.from(sha256(body.subarray(offset, offset + length)).subarray(0, 8))
            )
            expect(hashes).toContainEqual(Buffer.from(hash))
          }
        }
        // What the second group did not touch lies in the first.
        const isHere = ({ source }: FramePlace): boolean =>
          second.body === Buffer.from(source?.body ?? []).toString("hex")
        const placed = (wanted: string) => {
          const entity = entities.find(({ id }) => id === wanted)
          return entity && [entity.event, ...entity.documents.map((each) => each.place)].map(isHere)
        }
        expect(placed("kept")).toEqual([false, false])
        expect(placed("renamed")).toEqual([true, false])
        expect(placed("s2")).toEqual([true, true])
        expect(alive.every(({ documents }) => documents.length === 1)).toBe(true)
        // When the pieces came is told by the day, and none is taken for older than it is.
        const pieces = (yield* listLines(vault))[0]?.segments.filter(({ level }) => level === 0) ?? []
        for (const each of segments) {
          const { arrived } = (yield* openRanged(vault, each)).end
          expect(arrived.length).toBeLessThanOrEqual(3)
          expect(arrived[0]?.first).toBe(each.first)
          for (const piece of pieces.filter(({ first, last }) => first >= each.first && last <= each.last)) {
            const said = arrived.findLast(({ first }) => first <= piece.first)?.at ?? 0
            expect(said).toBeGreaterThanOrEqual(piece.arrivedAt)
            expect(said - piece.arrivedAt).toBeLessThan(86_400_000)
          }
        }
      })
  )
})

/** What a faulty program would write in the place of what follows from the log; all else is as it should be. */
const lies: ReadonlyArray<readonly [string, (honest: Finishing) => Finishing]> = [
  ["list of backups", ({ backups = nothing, ...rest }) => ({ ...rest, backups: { ...backups, kept: [] } })],
  [
    "list of backups",
    ({ backups = nothing, ...rest }) => ({
      ...rest,
      backups: { ...backups, kept: backups.kept.map((backup) => ({ ...backup, description: "another" })) }
    })
  ],
  ["state", lie((entity) => ({ ...entity, name: "Another" }))],
  ["state", lie((entity) => ({ ...entity, size: entity.size + 1 }))],
  ["state", lie((entity) => ({ ...entity, version: entity.version + 1 }))],
  ["state", lie((entity) => ({ ...entity, position: entity.position - 1 }))],
  ["state", lie((entity) => ({ ...entity, id: "nobody" }))],
  ["state", lie(() => undefined)]
]

describe("what a segment says of its state", () => {
  it.scoped("is held against the log by a full check", () =>
    Effect.gen(function* () {
      const vault = yield* makeVault(memoryBlobs())
      const library = yield* pushed(vault, 33)
      const forget = (segments: ReadonlyArray<{ readonly name: string }>) =>
        Effect.forEach(segments, ({ name }) => vault.blobs.delete(name), { discard: true })
      const honest = yield* merged(library, vault)
      expect(honest.length).toBeGreaterThan(0)
      expect((yield* checkVault(vault, { level: "full" })).damaged).toEqual([])
      yield* forget(honest)
      const finish = SegmentWriter.prototype.finish
      for (const [what, change] of lies) {
        const spy = vi.spyOn(SegmentWriter.prototype, "finish").mockImplementation(function (
          this: SegmentWriter,
          end,
          zeros
        ) {
          return finish.call(this, end.state === undefined ? end : change(end), zeros)
        })
        const segments = yield* merged(library, vault)
        spy.mockRestore()
        const { damaged } = yield* checkVault(vault, { level: "full" })
        expect(damaged.map(({ what, reason }) => `${what} ${reason}`).join()).toContain(`its ${what} is not`)
        expect(segments.map(({ name }) => name)).toContain(damaged[0]?.what)
        yield* forget(segments)
      }
    })
  )
})

describe("pages of a state", () => {
  const place = { source: undefined, frame: 3, offset: 900, length: 70 }
  const elsewhere = { ...place, source: { body: new Uint8Array(8).fill(7), head: Uint8Array.of(0x90) } }
  const entity = (id: string) => ({
    kind: "song" as const,
    id,
    name: `Song ${id}`,
    size: 90,
    version: 2,
    position: 12,
    event: place,
    documents: [{ hash: new Uint8Array(8).fill(1), place: elsewhere }]
  })
  const pagesOf = (count: number) => {
    const fold = new StateFold()
    fold.take(Array.from({ length: count }, (_, index) => entity(`id-${index}`)))
    return statePages(fold)
  }

  it("are of 64 KiB, in the order of their keys, and say the same again", () => {
    const { entities, sources } = pagesOf(3000)
    expect(entities.length).toBeGreaterThan(2)
    const bodies = entities.map(({ block }) => openBody(block))
    for (const body of bodies) expect(body.length).toBeLessThanOrEqual(64 * 1024)
    const read = bodies.flatMap((body) => decodeStatePage(body, sources))
    expect(read).toHaveLength(3000)
    expect(read.find(({ id }) => id === "id-77")).toEqual(entity("id-77"))
    const froms = entities.map(({ from }) => Buffer.from(from ?? []).toString("hex"))
    expect(froms).toEqual(froms.toSorted())
  })

  it("that were changed anywhere are refused, or say something that can be compared", () => {
    const { entities, sources } = pagesOf(3)
    const body = openBody(entities[0]?.block ?? new Uint8Array())
    for (let bit = 0; bit < body.length * 8; bit++) {
      const changed = Uint8Array.from(body)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      try {
        for (const each of decodeStatePage(changed, sources)) expect(each).toBeDefined()
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedData)
      }
    }
    for (let length = 0; length < body.length; length++)
      expect(() => decodeStatePage(body.subarray(0, length), sources)).toThrow(MalformedData)
  })

  it("point to nothing that is not listed", () => {
    const { entities } = pagesOf(1)
    expect(() => decodeStatePage(openBody(entities[0]?.block ?? new Uint8Array()), [])).toThrow(
      "something that it does not list"
    )
  })
})
