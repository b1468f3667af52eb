/** What a full restore opens to read documents: each block once, however many songs lie in it. */
import { expect, it, vi } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { OpenAhead } from "../../src/object/OpenAhead.js"
import { sessionOf } from "../../src/session/Session.js"
import { freshLibrary, songs } from "../support/libraries.js"

const count = 300

/** Some 3 KB that compress little. */
const document = (index: number): string => {
  let state = index + 1
  const notes = Array.from({ length: 400 }, () => {
    state = (state * 48271) % 2147483647
    return state % 100000
  })
  return JSON.stringify({ notes })
}

it.scoped("a full restore opens each block of documents once, and gives back every document", () =>
  Effect.gen(function* () {
    const library = yield* freshLibrary
    const all = songs(count).map((each, index) => ({ ...each, songDataJSON: document(index) }))
    yield* library.imports.entities({ source: "test", songs: all })
    yield* library.backups.take()
    yield* library.log.append({ changes: all.map(({ id }) => ({ kind: "song", id, row: null })) })
    yield* library.backups.take()
    const { db, reader } = library[sessionOf]
    reader.forget()
    const blocks = db.rows<[number]>("SELECT number FROM block").map(([number]) => number)
    const opened = new Map<unknown, number>()
    const row = db.row.bind(db)
    db.row = ((sql: string, ...parameters: ReadonlyArray<unknown>) => {
      if (sql.startsWith("SELECT data FROM block"))
        opened.set(parameters[0], (opened.get(parameters[0]) ?? 0) + 1)
      return row(sql, ...parameters)
    }) as typeof db.row
    const result = yield* library.backups.restore("b1", { mode: "exact" })
    expect(result.done.create).toBe(count)
    // Several of documents, and some of nodes, to which the plan comes in the order of the tree.
    expect(blocks.length).toBeGreaterThan(4)
    expect(opened.size).toBeGreaterThan(3)
    expect([...opened.values()].filter((times) => times > 1)).toEqual([])
    db.row = row
    for (const index of [0, 1, 150, count - 1]) {
      const { songDataJSON } = yield* library.songs.read(`s${index}`)
      expect(songDataJSON).toBe(document(index))
    }
  })
)

it.scoped(
  "where they are many, a second thread opens them ahead, and every document comes back the same",
  () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      const all = songs(72).map((each) => ({
        ...each,
        songDataJSON: JSON.stringify({ id: each.id, lyrics: `${each.id} `.repeat(70_000) })
      }))
      yield* library.imports.entities({ source: "test", songs: all })
      yield* library.backups.take()
      yield* library.log.append({ changes: all.map(({ id }) => ({ kind: "song", id, row: null })) })
      const begun = vi.spyOn(OpenAhead, "for")
      const result = yield* library.backups.restore("b1", { mode: "exact" })
      expect(begun.mock.results.some(({ value }) => value !== undefined)).toBe(true)
      begun.mockRestore()
      expect(result.done.create).toBe(72)
      for (const { id, songDataJSON } of all)
        expect((yield* library.songs.read(id)).songDataJSON === songDataJSON).toBe(true)
      expect((yield* library.upkeep.check({ level: "full" })).ok).toBe(true)
    })
)
