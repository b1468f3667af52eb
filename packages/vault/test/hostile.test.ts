/** What somebody may have put into the folder of a vault is refused by name, and takes neither memory nor time. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { concatBytes, genesis, sealBlock } from "@white-room/core"
import { denseBrotli, sha256, type TableForm } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { checkVault, clone, counting, folderBlobs, makeVault, type Vault, vaultAt } from "../src/index.js"
import {
  encodeHead,
  encodeTrailer,
  frameHead,
  frameTypes,
  type SegmentAbout,
  segmentMagic
} from "../src/segment/Segment.js"
import { encodeEnd } from "../src/segment/SegmentEnd.js"
import { lineFile, segmentName } from "../src/segment/SegmentName.js"
import { temporaryFolder } from "./support/library.js"

const library = "5b475cd1-40bb-4f73-bcae-4c23aefa6fcb"
const lineOf = (number: number): string => `bfe4f69d-a4d4-4f84-aff8-${String(number).padStart(12, "0")}`
const about: SegmentAbout = {
  library,
  line: lineOf(1),
  kind: "events",
  level: 0,
  first: 1,
  last: 1,
  whole: 1,
  prev: genesis,
  head: genesis
}

const nothingMore = { arrived: [], sources: [], backupsSince: undefined, lastBackup: 0, lastState: 0 }

const packed = (body: Uint8Array) => sealBlock(body, denseBrotli.compress(body))

const write = (folder: string, name: string, bytes: Uint8Array | string) => {
  fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true })
  fs.writeFileSync(path.join(folder, name), bytes)
}

/** A line without a beginning elsewhere, and a segment whose hashes all fit, with this end and these events. */
const plant = (folder: string, vault: Vault, end: Uint8Array, events?: Uint8Array) => {
  const frame = (type: 3 | 5, payload: Uint8Array) => concatBytes([frameHead(type, payload.length), payload])
  const head = encodeHead({ vault: vault.id, sealed: undefined })
  const before = concatBytes([
    head,
    events === undefined ? new Uint8Array() : frame(frameTypes.events, events)
  ])
  const last = concatBytes([frame(frameTypes.end, end), head.subarray(segmentMagic.length)])
  const body = concatBytes([before, last, encodeTrailer({ endAt: before.length, end: sha256(last) })])
  const whole = concatBytes([body, sha256(body)])
  write(folder, lineFile(library, about.line), JSON.stringify({ device: "x", parent: null }))
  write(folder, segmentName(about, sha256(whole)), whole)
}

const hostile = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  return { folder, vault: yield* makeVault(folderBlobs(folder)) }
})

const refusal = (vault: Vault) =>
  Effect.gen(function* () {
    const target = yield* temporaryFolder
    const refused = yield* Effect.flip(clone(vault, path.join(target, "c.db")))
    expect(fs.readdirSync(target)).toEqual([])
    const { damaged } = yield* checkVault(vault, { level: "full" })
    expect(damaged.length).toBeGreaterThan(0)
    expect(refused._tag).toBe("VaultDamaged")
    return refused.message
  })

const mebibyte = 1024 * 1024

describe("a vault that somebody made to harm", () => {
  it.scoped("a file that is only said to be large is not read into memory", () =>
    Effect.gen(function* () {
      const { folder, vault } = yield* hostile
      write(folder, lineFile(library, about.line), JSON.stringify({ device: "x", parent: null }))
      const name = segmentName(about, new Uint8Array(32))
      write(folder, name, "WRSEGMNT")
      fs.truncateSync(path.join(folder, name), 400 * mebibyte)
      const blobs = counting(vault.blobs)
      expect(yield* refusal({ ...vault, blobs })).toContain("its end is not where its trailer says")
      expect(blobs.counts().get.bytes).toBeLessThan(100 * mebibyte)
    })
  )

  it.scoped("a line whose beginning is not on this machine is named, and the others are judged", () =>
    Effect.gen(function* () {
      const { folder, vault } = yield* hostile
      write(folder, lineFile(library, lineOf(1)), "")
      fs.truncateSync(path.join(folder, lineFile(library, lineOf(1))), 2 ** 31)
      write(folder, lineFile(library, lineOf(2)), "no beginning")
      const { lines, damaged } = yield* checkVault(vault, { level: "full" })
      expect(lines).toBe(2)
      expect(damaged.map(({ what, reason }) => `${what}: ${reason}`).toSorted()).toEqual([
        `${lineFile(library, lineOf(1))}: it is not here yet: its bytes are not on this machine`,
        expect.stringContaining("cannot be read")
      ])
    })
  )

  it.scoped("thousands of empty files cost one reading of the folder", () =>
    Effect.gen(function* () {
      const { folder, vault } = yield* hostile
      fs.mkdirSync(path.join(folder, "a"))
      for (let n = 0; n < 3000; n++) fs.writeFileSync(path.join(folder, "a", `${n}`), "")
      const blobs = counting(vault.blobs)
      yield* checkVault({ ...vault, blobs })
      expect(blobs.counts().list.requests).toBe(1)
    })
  )

  it.scoped("an end or events that grow out of all proportion are refused before they are opened", () =>
    Effect.gen(function* () {
      const bomb = packed(new Uint8Array(8 * mebibyte))
      const first = yield* hostile
      plant(first.folder, first.vault, bomb)
      expect(yield* refusal(first.vault)).toContain("more than any honest one")
      const second = yield* hostile
      const frames = [{ type: frameTypes.events, length: bomb.length + 3, from: 1, earliest: 0 }]
      const length = frameHead(frameTypes.events, bomb.length).length + bomb.length
      const end = encodeEnd({
        about,
        frames: frames.map((each) => ({ ...each, length })),
        absent: [],
        tables: [],
        ...nothingMore
      })
      plant(second.folder, second.vault, packed(end), bomb)
      expect(yield* refusal(second.vault)).toContain("more than any honest one")
    })
  )

  it.scoped("tables that cannot be made are damage of the segment", () =>
    Effect.gen(function* () {
      const column = (name: string) => ({
        name,
        affinity: "text" as const,
        notNull: false,
        default: undefined
      })
      const many = Array.from({ length: 2000 }, (_, index) => column(`c${index}`))
      const wrong: ReadonlyArray<TableForm["columns"]> = [
        [],
        [column("x")],
        [column("id"), column("ID")],
        [column("id"), column("a\0b")],
        [column("id"), ...many]
      ]
      for (const columns of wrong) {
        const { folder, vault } = yield* hostile
        const tables = [{ kind: "song" as const, columns }]
        plant(folder, vault, packed(encodeEnd({ about, frames: [], absent: [], tables, ...nothingMore })))
        expect(yield* refusal(vault)).toContain("no table of song has such columns")
      }
    })
  )

  it.scoped("lines that begin where each other ends are named, and walked to no end", () =>
    Effect.gen(function* () {
      const { folder, vault } = yield* hostile
      for (let index = 0; index < 3; index++) {
        const parent = { line: lineOf((index + 1) % 3), position: 0, head: "0".repeat(64) }
        write(folder, lineFile(library, lineOf(index)), JSON.stringify({ device: "x", parent }))
      }
      const { damaged } = yield* checkVault(vault)
      expect(damaged.map(({ reason }) => reason)).toEqual(
        Array.from({ length: 3 }, () => "line bfe4f69d does not lead to a beginning")
      )
    })
  )

  it.scoped("a link among the folders of a place is not followed", () =>
    Effect.gen(function* () {
      const { folder } = yield* hostile
      const place = yield* temporaryFolder
      fs.symlinkSync(folder, path.join(place, "White Room aaaaaaaa"))
      expect((yield* Effect.flip(vaultAt(place)))._tag).toBe("VaultNotFound")
    })
  )
})
