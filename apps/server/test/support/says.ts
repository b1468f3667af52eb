/** What the API says of a library, held against the library itself. */
import { expect } from "@effect/vitest"
import { edgesOfSlots } from "@white-room/core"
import {
  backupJson,
  differenceJson,
  entityJson,
  entryJson,
  foundInWords,
  foundJson,
  preferencesJson,
  timelineJson,
  versionJson
} from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { song } from "./pushed.js"
import type { TestServer } from "./server.js"

/** As it is after JSON. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const idInPath = (id: string): string =>
  /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(id) ? id : `~${Buffer.from(id).toString("base64url")}`

const hostile = [
  "plain-1",
  "<img src=x onerror=alert(1)>",
  "../../etc/passwd",
  "..",
  "a/b?c#d%00",
  "naïve ✈ 中文",
  "~tilde",
  "x".repeat(900)
]

/** Two days of work: songs with hostile names, edits, deletions, a performance, preferences, backups. */
export const work = (library: Library) =>
  Effect.gen(function* () {
    for (const id of hostile) yield* library.songs.create(song(id, `A song, ${id.slice(0, 40)}`))
    yield* library.performances.create({
      id: "p1",
      name: '"Live" at <b>Rex</b>',
      songId: "plain-1",
      duration: 3,
      performanceDataJSON: "[1, 2,  3]",
      isFavorite: true,
      tags: ["live"]
    })
    yield* library.preferences.upsert({ theme: "dark" })
    yield* library.backups.take({ description: "before <script>", tags: ["tour"] })
    const { position } = yield* library.log.head
    yield* library.songs.upsert(song("plain-1", "Night Drive", '{"notes":[ 1,2 ],"key":"D"}\n'))
    yield* library.songs.delete("..")
    yield* library.backups.take({ description: "after" })
    return position
  })

const timelinePath = (query: Readonly<Record<string, string | number>>): string => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    search.set(name, typeof value === "number" ? new Date(value).toISOString() : value)
  return `timeline?${search}`
}

/** Asks for a path below the library. */
type Get = (path: string) => ReturnType<TestServer["ask"]>

/** Everything that is told of a library on which `work` was done, which stood at `position` in the middle of it. */
export const saysWhatItSays = (library: Library, position: number, get: Get) =>
  Effect.gen(function* () {
    const json = (path: string) => Effect.map(get(path), ({ json: body }) => body)
    const sorted = <A extends { readonly name: string; readonly id: string }>(all: ReadonlyArray<A>) =>
      all.toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))

    expect(yield* json("songs")).toEqual({
      items: plain(sorted((yield* library.songs.list()).map(entityJson))),
      ...{ isLast: true, count: (yield* library.songs.list()).length }
    })
    const [one] = sorted(yield* library.songs.list())
    const named = yield* json(
      `songs?limit=1&name=${encodeURIComponent(one?.name.toUpperCase().slice(1) ?? "")}`
    )
    expect(named).toMatchObject({ items: [{ id: one?.id }] })
    expect(yield* json("songs?name=nobody-is-called-so")).toEqual({ items: [], isLast: true, count: 0 })
    for (const { id } of yield* library.songs.list()) {
      expect(yield* json(`songs/${idInPath(id)}`)).toEqual(plain(entityJson(yield* library.songs.read(id))))
      const versions = yield* library.history.versions({ kind: "song", id })
      expect(yield* json(`songs/${idInPath(id)}/history`)).toEqual({
        items: plain(versions.map(versionJson)),
        isLast: true
      })
      const document = yield* get(`songs/${idInPath(id)}/document`)
      expect(document.text).toBe((yield* library.songs.read(id)).songDataJSON)
      expect(document.headers.get("content-disposition")).toMatch(/^attachment; filename="[A-Za-z0-9._-]+"$/)
      expect(document.headers.get("x-content-type-options")).toBe("nosniff")
    }
    expect(yield* json("performances")).toMatchObject({
      items: plain((yield* library.performances.list()).map(entityJson))
    })
    expect(yield* json("performances/p1")).toEqual(plain(entityJson(yield* library.performances.read("p1"))))
    expect((yield* get("performances/p1/document")).text).toBe("[1, 2,  3]")
    const zone = yield* library.upkeep.timeZone
    const preferences = plain(preferencesJson(yield* library.preferences.current, zone))
    expect(yield* json("preferences/default")).toEqual(preferences)
    expect(yield* json("preferences")).toEqual({ items: [preferences], isLast: true, count: 1 })
    expect(yield* json("preferences/default/history")).toMatchObject({ isLast: true })

    const all = yield* library.backups.list()
    expect(yield* json("backups")).toEqual({ items: plain(all.map(backupJson)), isLast: true })
    expect(yield* json("backups?tag=tour")).toMatchObject({ items: [{ number: 1 }], isLast: true })
    for (const backup of all)
      for (const name of [`b${backup.number}`, backup.backupId])
        expect(yield* json(`backups/${name}`)).toEqual(
          plain({
            ...backupJson(backup),
            entries: (yield* library.backups.entries(backup.backupId)).map(entryJson)
          })
        )
    expect(yield* json("backups/latest~1")).toMatchObject({ number: 1 })

    const difference = yield* library.history.diff("b1", "now")
    expect(yield* json("diff?from=b1")).toEqual(plain(differenceJson(difference)))
    expect(difference.changed).toHaveLength(1)
    const found = foundInWords(yield* library.history.find("song"))
    expect(yield* json("find?q=song")).toEqual({ items: plain(found.map(foundJson)), isLast: true })

    // Then: by backup, by position, by time.
    const then = yield* library.history.entityAt({ kind: "song", id: "plain-1" }, "b1")
    const when = (yield* library.log.read({ after: position - 1, limit: 1 }))[0]?.recordedAt ?? 0

    const told = yield* json(
      timelinePath({ from: when, length: "hour", slots: "2", zone: "Europe/Berlin", at: when })
    )
    const edges = edgesOfSlots(when, "hour", 2, "Europe/Berlin")
    expect(told).toEqual(plain(timelineJson(yield* library.history.timeline({ edges, at: when }), edges)))
    // Of every song and the performance: the deleted one is there too, and what it was.
    expect(told.rows).toHaveLength(hostile.length + 1)
    expect(told.rows).toContainEqual(
      expect.objectContaining({ id: "..", deleted: true, was: { name: "A song, ..", position: 4 } })
    )
    expect(told.marks).toHaveLength(1)
    const driven = yield* json(timelinePath({ search: "DRIVE", order: "name", offset: "0", limit: "1" }))
    expect(driven).toMatchObject({ count: 1, edges: [], events: [], rows: [{ id: "plain-1", cells: [] }] })
    for (const wrong of [
      "from=yesterday",
      "at=now",
      "zone=Mars&from=2026-01-01T00:00:00Z",
      "from=1830-01-01T00:00:00Z",
      "slots=0",
      "slots=1025",
      "length=year",
      "limit=0",
      "offset=-1",
      "order=age"
    ])
      expect([wrong, (yield* get(`timeline?${wrong}`)).status]).toEqual([wrong, 400])
    for (const at of ["b1", `@${position}`, new Date(when).toISOString()]) {
      const query = `at=${encodeURIComponent(at)}`
      expect(yield* json(`songs/plain-1?${query}`)).toEqual(
        plain(then && "songDataJSON" in then ? entityJson(then) : 0)
      )
      const { items } = yield* json(`songs?${query}`)
      expect(items).toHaveLength(hostile.length)
      expect(items).toContainEqual(expect.objectContaining({ id: "plain-1", name: "A song, plain-1" }))
      expect(JSON.stringify(items)).not.toContain("songDataJSON")
      expect((yield* get(`songs/plain-1/document?${query}`)).text).toBe('{"notes":["plain-1"]}')
    }
  })
