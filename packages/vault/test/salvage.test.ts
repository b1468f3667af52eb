/** Of a segment that is not as it was written, all comes that can be read; what nothing proves is named. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import {
  checkVault,
  clone,
  folderBlobs,
  listLines,
  makeVault,
  push,
  repairVault,
  type Vault
} from "../src/index.js"
import { type FrameType, frameTypes, readFrameAt, segmentMagic } from "../src/segment/Segment.js"
import { walkSegment } from "../src/segment/SegmentWalk.js"
import {
  contents,
  know,
  knownHome,
  newLibrary,
  pushHome,
  song,
  sqlite,
  temporaryFolder
} from "./support/library.js"
import { memoryVault } from "./support/sealed.js"
import { rounds } from "./support/soak.js"
import { spoilParity } from "./support/spoilParity.js"

const ids = ["a", "b", "c", "d", "e"]

/** A library that was pushed once, so that one file has all of it; each song brought by a command of its own. */
const pushedOnce = (kind: "plain" | "sealed") =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const library = yield* newLibrary
    const blobs = folderBlobs(folder)
    const vault: Vault = kind === "plain" ? yield* makeVault(blobs) : yield* memoryVault(blobs)
    yield* know(library, vault)
    for (const id of ids) yield* library.songs.create(song(id))
    yield* library.backups.take({ description: "all" })
    yield* push(library, vault, yield* knownHome(library))
    const [listed] = (yield* listLines(vault)).flatMap((line) => line.segments)
    const file = path.join(folder, listed?.name ?? "")
    fs.chmodSync(file, 0o600)
    const [backup] = yield* library.backups.list()
    return { library, vault, file, sound: fs.readFileSync(file), root: backup?.root }
  })

/** Where each frame of a segment begins, and its first one of a type. */
const framesOf = (bytes: Uint8Array) => {
  const frames: Array<{ readonly type: FrameType; readonly at: number; readonly length: number }> = []
  let at = segmentMagic.length
  while (frames.filter(({ type }) => type === frameTypes.head).length < 2) {
    const { type, length } = readFrameAt(bytes.subarray(at))
    frames.push({ type, at, length })
    at += length
  }
  return { frames, trailerAt: at, of: (type: FrameType) => frames.find((frame) => frame.type === type) }
}

const cloned = (vault: Vault) =>
  Effect.gen(function* () {
    const file = path.join(yield* temporaryFolder, "c.db")
    const report = yield* clone(vault, file, { partial: true })
    const copy = yield* openLibrary(file)
    const songs = yield* Effect.forEach(yield* copy.songs.list(), ({ id }) => copy.songs.read(id))
    return { report, file, songs, backups: yield* copy.backups.list() }
  })

const flip = (file: string, sound: Uint8Array, at: number): void => {
  const bytes = Buffer.from(sound)
  bytes[at] = (bytes[at] ?? 0) ^ 0x40
  fs.writeFileSync(file, bytes)
}

describe.each(["plain", "sealed"] as const)("changed bytes in the only file of a %s vault", (kind) => {
  it.scoped("or as many beside each other as a parity is wide takes nothing, wherever they are", () =>
    Effect.gen(function* () {
      const { vault, file, sound, library } = yield* pushedOnce(kind)
      const steps = rounds(7, 100)
      const { of } = framesOf(sound)
      const width = ((of(frameTypes.parity)?.length ?? 0) - 2) >> 1
      const end = of(frameTypes.end)?.at ?? 0
      expect(width).toBeGreaterThan(30)
      for (let step = 0; step < steps; step++) {
        const bytes = Buffer.from(sound)
        const from = Math.floor(((step + 0.5) * (end - width)) / steps)
        const length = step % 2 === 0 ? 1 : width
        for (let at = from; at < from + length; at++) bytes[at] = (bytes[at] ?? 0) ^ (1 + (at % 255))
        fs.writeFileSync(file, bytes)
        const copy = path.join(yield* temporaryFolder, "c.db")
        expect((yield* clone(vault, copy, { partial: true })).damaged, `${from}`).toEqual([])
        expect(contents(copy), `${from}`).toBe(contents(library.path))
        const { damaged } = yield* checkVault(vault, { level: "full" })
        expect(damaged.map(({ what }) => path.basename(what))).toEqual([path.basename(file)])
      }
    })
  )

  it.scoped("in the list of backups and the parity at once is named once, and takes nothing", () =>
    Effect.gen(function* () {
      const { vault, file, sound, library } = yield* pushedOnce(kind)
      const parity = framesOf(sound).of(frameTypes.parity)
      const bytes = Buffer.from(sound)
      // Half of what a parity can give back, on either side of where it begins.
      const half = (parity?.length ?? 0) >> 2
      for (let at = -half; at < half; at++) {
        const there = (parity?.at ?? 0) + at
        bytes[there] = (bytes[there] ?? 0) ^ (1 + (there % 255))
      }
      fs.writeFileSync(file, bytes)
      const copy = path.join(yield* temporaryFolder, "c.db")
      expect((yield* clone(vault, copy, { partial: true })).damaged).toEqual([])
      expect(contents(copy)).toBe(contents(library.path))
      const { damaged } = yield* checkVault(vault, { level: "full" })
      expect(damaged.map(({ what }) => path.basename(what))).toEqual([path.basename(file)])
    })
  )

  it.scoped("that is not in a block or in events takes nothing, without a parity too", () =>
    Effect.gen(function* () {
      const { vault, file, sound, root, library } = yield* pushedOnce(kind)
      const { of, frames, trailerAt } = framesOf(sound)
      const end = of(frameTypes.end)
      const block = of(frameTypes.block)
      if (end === undefined || block === undefined) return expect.fail("a frame is missing")
      const places = {
        magic: 2,
        version: segmentMagic.length - 1,
        head: segmentMagic.length + 5,
        "type of a frame": block.at,
        "length of a frame": block.at + 1,
        "beginning of the end": end.at + 8,
        "middle of the end": end.at + (end.length >> 1),
        "the head once more": (frames.at(-1)?.at ?? 0) + 6,
        "where the end is": trailerAt + 7,
        "hash of the end": trailerAt + 20,
        "hash of the file": sound.length - 1
      }
      for (const [place, at] of Object.entries(places)) {
        flip(file, spoilParity(sound), at)
        const { songs, backups, report } = yield* cloned(vault)
        expect(
          songs.map(({ id, songDataJSON }) => [id, songDataJSON]),
          place
        ).toEqual(ids.map((id) => [id, song(id).songDataJSON]))
        expect(
          backups.map((backup) => backup.root),
          place
        ).toEqual([root])
        expect(
          report.problems.map(({ reason }) => reason),
          place
        ).toEqual([expect.stringContaining("bytes are not those that were written")])
        const { damaged } = yield* checkVault(vault, { level: "full" })
        expect(
          damaged.map(({ what }) => path.basename(what)),
          place
        ).toEqual([path.basename(file)])
        expect(
          damaged.flatMap(({ entities }) => entities),
          place
        ).toEqual([])
      }
      // From here it is made whole again, and the damaged file goes.
      expect((yield* repairVault(library, vault)).ok).toBe(true)
      expect((yield* checkVault(vault, { level: "full" })).ok).toBe(true)
    })
  )

  it.scoped("in its events leaves what stands before it, named as not proven", () =>
    Effect.gen(function* () {
      const { vault, file, sound } = yield* pushedOnce(kind)
      const events = framesOf(sound).of(frameTypes.events)
      if (events === undefined) return expect.fail("it has no events")
      const brought = new Map<number, number>()
      for (const tenth of [5, 6, 7, 8, 9]) {
        flip(file, spoilParity(sound), events.at + Math.floor((events.length * tenth) / 10))
        const { songs, report } = yield* cloned(vault)
        for (const { id, songDataJSON } of songs)
          expect(songDataJSON, `${tenth} tenths`).toBe(song(id).songDataJSON)
        const unproven = report.problems.filter(({ reason }) => reason.startsWith("nothing proves"))
        expect(unproven.map(({ segment }) => segment).toSorted()).toEqual(
          expect.arrayContaining(songs.map(({ id }) => `song ${id}`))
        )
        const { damaged } = yield* checkVault(vault, { level: "full" })
        const named = damaged.flatMap(({ entities }) => entities).join()
        for (const { id } of songs) expect(named).toContain(`(${id})`)
        brought.set(tenth, songs.length)
      }
      expect(Math.max(...brought.values())).toBeGreaterThan(2)
    })
  )
})

it.scoped("of a file that was cut off comes what stands before, and what follows is named", () =>
  Effect.gen(function* () {
    const { vault, file, sound, library, root } = yield* pushedOnce("plain")
    const { of, trailerAt } = framesOf(sound)
    const [end, events] = [of(frameTypes.end), of(frameTypes.events)]
    if (end === undefined || events === undefined) return expect.fail("a frame is missing")
    for (const length of [trailerAt, end.at + 3, end.at]) {
      fs.writeFileSync(file, sound.subarray(0, length))
      const { songs, backups } = yield* cloned(vault)
      expect(songs.map(({ id }) => id)).toEqual(ids)
      expect(backups.map((backup) => backup.root)).toEqual([root])
    }
    fs.writeFileSync(file, sound.subarray(0, events.at))
    const { damaged } = yield* checkVault(vault, { level: "full", library })
    expect(new Set(damaged.flatMap(({ entities }) => entities))).toEqual(
      new Set(ids.map((id) => `Song ${id} (${id})`))
    )
    expect(damaged.flatMap(({ backups }) => backups)).toEqual(["b1"])
  })
)

it.scoped("columns that an app added come, though the end that describes them is damaged", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const library = yield* newLibrary
    sqlite(library.path, "ALTER TABLE song_data ADD COLUMN mood INTEGER DEFAULT 3")
    const vault = yield* makeVault(folderBlobs(folder))
    yield* know(library, vault)
    yield* library.songs.create(song("a"))
    sqlite(library.path, "UPDATE song_data SET mood = 7")
    yield* library.log.capture
    yield* pushHome(library, vault)
    const [listed] = (yield* listLines(vault)).flatMap((line) => line.segments)
    const file = path.join(folder, listed?.name ?? "")
    const sound = fs.readFileSync(file)
    fs.chmodSync(file, 0o600)
    flip(file, spoilParity(sound), (framesOf(sound).of(frameTypes.end)?.at ?? 0) + 12)
    const back = yield* cloned(vault)
    expect(sqlite(back.file, "SELECT mood FROM song_data")).toBe("7")
  })
)

describe("a walk through a file without an end", () => {
  it.scoped("believes nothing that was put under the name of another file", () =>
    Effect.gen(function* () {
      const one = yield* pushedOnce("plain")
      const other = yield* newLibrary
      yield* know(other, one.vault)
      for (const id of ids) yield* other.songs.create(song(id, `foreign ${id}`))
      yield* other.backups.take({ description: "all" })
      yield* pushHome(other, one.vault)
      const [line, foreign] = (yield* listLines(one.vault)).toSorted((a) =>
        one.file.includes(a.library) ? -1 : 1
      )
      const place = one.file.replace(line?.segments[0]?.name ?? "", foreign?.segments[0]?.name ?? "")
      const bytes = fs.readFileSync(place)
      fs.writeFileSync(one.file, bytes.subarray(0, framesOf(bytes).of(frameTypes.end)?.at))
      const file = path.join(yield* temporaryFolder, "c.db")
      const report = yield* clone(one.vault, file, { partial: true, library: line?.library })
      expect(report.backups).toBeLessThan(2)
      const told = report.problems.filter(({ segment }) => segment.startsWith("song "))
      expect(told.every(({ reason }) => reason === "nothing proves that it is as it was written")).toBe(true)
      expect(told).toHaveLength(ids.length)
    })
  )

  it("ends after more frames than any honest file has", () => {
    const tiny = Buffer.alloc(2 * 1024 * 1024)
    for (let at = 0; at < tiny.length; at += 2) tiny[at] = frameTypes.block
    const vault = "v"
    const head = Buffer.from([frameTypes.head, 4, 0x92, 0xa1, vault.charCodeAt(0), 0xc0])
    const name = { name: "", library: "", line: "", kind: "events", level: 0, first: 1, last: 2 } as const
    const walked = walkSegment(
      Buffer.concat([segmentMagic, head, tiny]),
      () => undefined,
      { ...name, prev: "", head: "", body: "" },
      { library: (id) => id, hash: () => "" }
    )
    expect([...walked.frames()]).toHaveLength(65_536)
  })
})
