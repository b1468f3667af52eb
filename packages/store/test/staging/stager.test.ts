/** Staging holds little of what it stages, and gives the tree that the entities have however it was made. */
import { expect, it } from "@effect/vitest"
import {
  emptyTree,
  encodeChange,
  type Kind,
  kinds,
  type NewObject,
  text,
  toHex,
  treeParts,
  updateTree
} from "@white-room/core"
import * as Effect from "effect/Effect"
import { sha256 } from "../../src/object/Compression.js"
import { PackedChanges } from "../../src/staging/PackedChanges.js"
import { areStaged, StateStager } from "../../src/staging/Stager.js"
import { freshLibrary, sessionOn } from "../support/libraries.js"

interface Kept {
  readonly kind: Kind
  readonly id: string
  readonly record: Uint8Array
}

const entity = (index: number): Kept => ({
  kind: kinds[index % 3] ?? "song",
  id: `ä ${index}`,
  record: Uint8Array.from({ length: index % 50 }, (_, at) => (index + at) % 256)
})

it("changes come out of few bytes as they went in, together and by the parts of the tree", () => {
  const changes = new PackedChanges()
  const entities = Array.from({ length: 500 }, (_, index) => entity(index))
  for (const each of entities) changes.add(each)
  const plain = (all: Iterable<Kept>) =>
    Array.from(all, ({ kind, id, record }) => ({ kind, id, record: [...record] }))
  expect(changes.length).toBe(500)
  expect(plain(changes)).toEqual(plain(entities))
  const ofPart = changes.byParts()
  const byParts = kinds.flatMap((kind: Kind) =>
    Array.from({ length: treeParts }, (_, part) => plain(ofPart(kind, part))).flat()
  )
  const inOrder = (all: ReturnType<typeof plain>) => all.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  expect(inOrder(byParts)).toEqual(inOrder(plain(entities)))
})

/** A song of few bytes; a later one of the same number replaces it. */
const song = (number: number, name: string) => {
  const id = `song ${number}`
  const row = new Map([
    ["id", text(id)],
    ["name", text(name)]
  ])
  return { kind: "song" as const, id, row }
}

it.scoped(
  "a state of very many songs is staged part by part, and has the root that it has made at once",
  () =>
    Effect.gen(function* () {
      const session = yield* sessionOn(yield* freshLibrary)
      const songs = [
        ...Array.from({ length: 20_100 }, (_, number) => song(number, `${number}`)),
        ...Array.from({ length: 100 }, (_, number) => song(number * 3, "again"))
      ]
      const nodes = new Map<string, NewObject>()
      const inMemory = session.nodeStoreOfAll(nodes)
      const changes = songs.map((each) => ({ ...each, record: encodeChange(each, sha256).record }))
      const root = updateTree(emptyTree(inMemory), changes, inMemory)
      const state = new StateStager(session, 0)
      let slices = 0
      session.db.onLock = () => slices++
      for (const each of songs) state.add(each)
      const staged = state.finish()
      expect(toHex(staged.root)).toBe(toHex(root))
      // Every node is there and has the bytes of its name; the lock was given back many times meanwhile.
      for (const { hash, bytes } of nodes.values())
        expect(Buffer.compare(session.reader.get(hash), bytes)).toBe(0)
      expect(new Set(Array.from(staged.needs, toHex))).toEqual(new Set(nodes.keys()))
      expect(areStaged(session, [staged])).toBe(true)
      expect(slices).toBeGreaterThan(1)
      // As often as it is asked, and false when one of them went.
      session.write(() => session.db.run("DELETE FROM object WHERE hash = ?", root))
      expect(areStaged(session, [staged])).toBe(false)
    })
)
