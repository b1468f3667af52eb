/** What changed, told in the language that is asked for; what is asked for and what is done stay the same. */
import { randomUUID } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { browser, here } from "./support/here.js"
import { song } from "./support/pushed.js"

const key = () => ({ "idempotency-key": randomUUID() })

/** A song with a backup, edited since: twice, so that there is something to combine. */
const edited = Effect.gen(function* () {
  const open = yield* here()
  const { library } = open
  yield* library.songs.create(song("s1", "Night Drive", '{"tempo":96,"key":"D","layers":[{"name":"Lead"}]}'))
  yield* library.backups.take()
  yield* library.songs.upsert(song("s1", "Night Drive", '{"tempo":120.5,"key":"D","layers":[]}'))
  yield* library.songs.upsert(song("s1", "Night Drive", '{"tempo":130.5,"key":"E","layers":[]}'))
  const ask = yield* browser(open)
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = key()) =>
    ask(path, "POST", body, headers)
  return { library, ask, post }
})

const one = { at: "b1", mode: "replace", only: [{ kind: "song", id: "s1" }], dryRun: true }

describe("a language", () => {
  it.scopedLive("is that of versions and differences, English where nobody asks for one", () =>
    Effect.gen(function* () {
      const { ask } = yield* edited
      const changesOf = (path: string, list: string) =>
        Effect.map(ask(path), ({ json }) => {
          const all = json[list] as ReadonlyArray<{ readonly changes: ReadonlyArray<string> }>
          return all.at(-1)?.changes
        })
      const english = ["layer Lead removed", "tempo 96 → 130.5", "key D → E"]
      const german = ["Ebene Lead entfernt", "Tempo 96 → 130,5", "Tonart D → E"]
      for (const [query, wanted] of [
        ["", english],
        ["&language=en", english],
        ["&language=de", german]
      ] as const) {
        const told = (yield* changesOf(`diff?from=b1${query}`, "changed")) ?? []
        expect([query, [...told].sort()]).toEqual([query, [...wanted].sort()])
      }
      expect(yield* changesOf("songs/s1/history", "items")).toEqual(["tempo 120.5 → 130.5", "key D → E"])
      const told = yield* changesOf("songs/s1/history?language=de", "items")
      expect(told).toEqual(["Tempo 120,5 → 130,5", "Tonart D → E"])
      const page = (yield* ask("songs/s1/history?language=de&limit=1")).json
      expect(page.items).toMatchObject([{ changes: ["angelegt"] }])
      expect((yield* ask("songs/s1/history?language=fr")).json).toMatchObject({ type: "InvalidRequest" })
      expect((yield* ask("diff?from=b1&language=")).json).toMatchObject({ type: "InvalidRequest" })
    })
  )

  it.scopedLive("is that of a plan, whose parts are chosen by the same names and which does the same", () =>
    Effect.gen(function* () {
      const { library, ask, post } = yield* edited
      const planned = yield* post("restores", { ...one, language: "de" })
      expect(planned.json.preview).toMatchObject({
        items: [
          {
            parts: expect.arrayContaining([
              { name: "tempo", label: "Tempo", words: ["Tempo 130,5 → 96"], mayBeBoth: false },
              {
                ...{ name: "layer Lead", label: "Ebene Lead", mayBeBoth: false },
                words: ["Ebene Lead hinzugefügt"]
              }
            ])
          }
        ]
      })
      const english = yield* post("restores", one)
      expect(JSON.stringify(english.json.preview)).not.toContain("label")
      // Both changed the tempo, and so what came after the backup cannot be taken back.
      const parts = [
        { name: "tempo", choice: "combine" },
        { name: "layer Lead", choice: "replace" }
      ]
      const decisions = [{ ...one.only[0], choice: "keep", parts }]
      const mixed = yield* post("restores", { ...one, decisions, language: "de" })
      expect(mixed.json.preview).toMatchObject({
        items: [
          { conflict: true, notes: ["Tempo: dort 96, hier 130,5"], changes: ["Ebene Lead hinzugefügt"] }
        ]
      })
      const at = `restores/${mixed.json.id}`
      expect((yield* ask(at)).json).toEqual(mixed.json)
      const done = yield* post(`${at}/apply`, undefined, { "if-match": '"1"' })
      // What went wrong is told in English, as every problem is.
      expect(done.json).toMatchObject({
        state: "applied",
        outcome: { errors: ["song Night Drive (s1): tempo: 96 there, 130.5 here"] }
      })
      const { songDataJSON } = yield* library.songs.read("s1")
      expect(JSON.parse(songDataJSON)).toEqual({ tempo: 130.5, key: "E", layers: [{ name: "Lead" }] })
    })
  )

  it.scopedLive("needs no words where what was done is told as it is", () =>
    Effect.gen(function* () {
      const { library, ask, post } = yield* edited
      const deeds = Effect.map(ask("operations"), ({ json }) =>
        (json.items as ReadonlyArray<{ readonly deed: unknown; readonly description: string }>).map(
          ({ deed, description }) => [description, deed]
        )
      )
      yield* library.songs.delete("s1")
      expect(yield* deeds).toEqual([
        ["delete song Night Drive", { what: "delete", undone: 0, of: "Night Drive", kind: "song", more: 0 }]
      ])
      yield* library.history.undo()
      yield* post("restores", { ...one, dryRun: false })
      expect(yield* deeds).toEqual([
        ["restore of b1", { what: "restore", undone: 0, of: "b1", more: 0 }],
        [
          "undo of delete song Night Drive",
          { what: "delete", undone: 1, of: "Night Drive", kind: "song", more: 0 }
        ]
      ])
    })
  )
})
