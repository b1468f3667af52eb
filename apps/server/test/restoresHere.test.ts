/** Restores of the library on this computer: looked at, chosen by song, applied as they were seen, and taken back. */
import { randomUUID } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { browser, here } from "./support/here.js"
import { song } from "./support/pushed.js"

const key = () => ({ "idempotency-key": randomUUID() })

/** A library of two songs with a backup; then both were edited, and one was added. */
const edited = Effect.gen(function* () {
  const open = yield* here()
  const { library } = open
  yield* library.songs.create(song("s1", "Night Drive", '{"tempo":96,"key":"D"}'))
  yield* library.songs.create(song("s2", "Two Bicycles", '{"tempo":80}'))
  yield* library.backups.take({ description: "good" })
  yield* library.songs.upsert(song("s1", "Night Drive", '{"tempo":120,"key":"D"}'))
  yield* library.songs.upsert(song("s1", "Night Drive", '{"tempo":120,"key":"E"}'))
  yield* library.songs.upsert(song("s2", "Two Bicycles", '{"tempo":81}'))
  yield* library.songs.create(song("s3", "New One"))
  const ask = yield* browser(open)
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = key()) =>
    ask(path, "POST", body, headers)
  const document = (id: string) => Effect.map(library.songs.read(id), ({ songDataJSON }) => songDataJSON)
  return { open, library, ask, post, document }
})

const one = { at: "b1", mode: "replace", only: [{ kind: "song", id: "s1" }] }

describe("a restore of the library on this computer", () => {
  it.scopedLive("is looked at, applied, and taken back", () =>
    Effect.gen(function* () {
      const { library, ask, post, document } = yield* edited
      const planned = yield* post("restores", { ...one, dryRun: true })
      expect(planned.status).toBe(200)
      expect(planned.headers.get("etag")).toBe('"1"')
      expect(planned.json).toMatchObject({
        ...{ home: "server", state: "planned", source: "b1", mode: "replace", from: "anna", device: null },
        only: [{ kind: "song", id: "s1", name: "Night Drive" }],
        preview: {
          ...{ mode: "merge", conflicts: 0, plan: { create: 0, update: 1, delete: 0 } },
          items: [{ id: "s1", action: "update", changes: [expect.any(String), expect.any(String)] }]
        }
      })
      expect(yield* document("s1")).toContain("120")
      const at = `restores/${planned.json.id}`
      expect((yield* post(`${at}/apply`, undefined, {})).status).toBe(428)
      const done = yield* post(`${at}/apply`, undefined, { "if-match": '"1"' })
      expect([done.status, done.json.state]).toEqual([200, "applied"])
      expect(done.json.outcome).toMatchObject({ songsRestored: 1, isSuccess: true })
      expect(yield* document("s1")).toBe('{"tempo":96,"key":"D"}')
      const { safetyBackupId } = done.json.outcome as { safetyBackupId: string }
      expect((yield* library.backups.find(safetyBackupId)).trigger).toBe("safety")
      // Once is enough.
      const again = yield* post(`${at}/apply`, undefined, { "if-match": `"${done.json.revision}"` })
      expect(again.json).toMatchObject({ type: "RestoreOver", restore: { state: "applied" } })
      const undone = yield* post(`${at}/undo`, undefined, { "if-match": `"${done.json.revision}"` })
      expect(undone.json).toMatchObject({ state: "undone", undone: { songsRestored: 1 } })
      expect(yield* document("s1")).toBe('{"tempo":120,"key":"E"}')
      expect((yield* ask(at)).json).toEqual(undone.json)
      // A list has no plans.
      const { preview, ...listed } = undone.json
      expect(preview).toMatchObject({ plan: { update: 1 } })
      expect((yield* ask("restores")).json).toEqual({ items: [listed], isLast: true })
      const over = yield* post(`${at}/undo`, undefined, { "if-match": `"${undone.json.revision}"` })
      expect(over.json).toMatchObject({ type: "RestoreOver" })
    })
  )

  it.scopedLive("keeps, replaces, keeps both or combines what changed since, song by song", () =>
    Effect.gen(function* () {
      const { library, post, document } = yield* edited
      const whole = { at: "b1", mode: "replace" }
      const first = yield* post("restores", { ...whole, dryRun: true })
      expect(first.json.preview).toMatchObject({ conflicts: 2, plan: { update: 0, keep: 3 } })
      const { items } = first.json.preview as { items: ReadonlyArray<Record<string, unknown>> }
      // Of a conflict, what replacing it would change; what is new since is no conflict.
      expect(
        items.map(({ id, conflict, replacing }) => [id, conflict, Array.isArray(replacing)]).toSorted()
      ).toEqual([
        ["s1", true, true],
        ["s2", true, true],
        ["s3", false, false]
      ])
      const decided = (choice: string) => [
        { kind: "song", id: "s1", choice },
        { kind: "song", id: "s2", choice: "both" }
      ]
      const combined = yield* post("restores", { ...whole, decisions: decided("combine") })
      expect([combined.status, combined.json.state]).toEqual([201, "applied"])
      // The tempo that came right after is taken back, the later key stays.
      expect(yield* document("s1")).toBe('{"tempo":96,"key":"E"}')
      expect((yield* library.songs.list()).map(({ name }) => name)).toEqual([
        "New One",
        "Night Drive",
        "Two Bicycles",
        "Two Bicycles (b1)"
      ])
      const copy = yield* post("restores", { ...one, mode: "copy" })
      expect(copy.json).toMatchObject({ state: "applied", outcome: { plan: { create: 1, update: 0 } } })
      const exact = yield* post("restores", { ...whole, exact: true })
      expect(exact.json).toMatchObject({ state: "applied", outcome: { isSuccess: true, conflicts: 0 } })
      expect((yield* library.songs.list()).map(({ name }) => name)).toEqual(["Night Drive", "Two Bicycles"])
    })
  )

  it.scopedLive("takes single parts of a song, which the plan names", () =>
    Effect.gen(function* () {
      const { post, document } = yield* edited
      const first = yield* post("restores", { ...one, dryRun: true })
      const parts = [
        { name: "tempo", words: ["tempo 120 → 96"], mayBeBoth: false },
        { name: "key", words: ["key E → D"], mayBeBoth: false }
      ]
      expect(first.json.preview).toMatchObject({ items: [{ id: "s1", parts }] })
      const decisions = [{ ...one.only[0], choice: "keep", parts: [{ name: "key", choice: "replace" }] }]
      const planned = yield* post("restores", { ...one, decisions, dryRun: true })
      // The parts are those between today and the backup, whatever was chosen.
      expect(planned.json.preview).toMatchObject({
        items: [{ id: "s1", action: "update", changes: ["key E → D"], parts }]
      })
      const at = `restores/${planned.json.id}`
      const done = yield* post(`${at}/apply`, undefined, { "if-match": '"1"' })
      expect(done.json).toMatchObject({ state: "applied", outcome: { plan: { update: 1 } } })
      expect(yield* document("s1")).toBe('{"tempo":120,"key":"D"}')
      yield* post(`${at}/undo`, undefined, { "if-match": `"${done.json.revision}"` })
      expect(yield* document("s1")).toBe('{"tempo":120,"key":"E"}')
    })
  )

  it.scopedLive("is done as it was seen, or not at all: what changed meanwhile gives a new plan", () =>
    Effect.gen(function* () {
      const { library, post, document } = yield* edited
      const planned = yield* post("restores", { ...one, dryRun: true })
      const at = `restores/${planned.json.id}/apply`
      yield* library.songs.upsert(song("s1", "Night Drive", '{"tempo":140}'))
      const late = yield* post(at, undefined, { "if-match": '"1"' })
      expect(late.status).toBe(412)
      expect(late.json).toMatchObject({ type: "PlanOutdated", restore: { state: "planned" } })
      expect(yield* document("s1")).toBe('{"tempo":140}')
      const { restore } = late.json as { restore: { revision: number; begun?: boolean; preview: unknown } }
      expect(restore.begun).toBe(undefined)
      expect(restore.preview).not.toEqual(planned.json.preview)
      // Who has not seen the new plan does not apply it.
      expect((yield* post(at, undefined, { "if-match": '"1"' })).json).toMatchObject({
        type: "RevisionOutdated"
      })
      // Two at once are one, or the second comes too late; what does not touch the song is no reason to plan again.
      yield* library.songs.create(song("s4", "Another"))
      const both = yield* Effect.all(
        [1, 2].map(() => post(at, undefined, { "if-match": `"${restore.revision}"` })),
        { concurrency: 2 }
      )
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, expect.toBeOneOf([200, 409, 412])])
      expect(yield* document("s1")).toBe('{"tempo":96,"key":"D"}')
      const restored = (yield* library.history.operations()).filter(({ what }) => what === "restore")
      expect(restored).toHaveLength(1)
    })
  )

  it.scopedLive("is asked for once by its key, and refused in the library's words", () =>
    Effect.gen(function* () {
      const { post, ask } = yield* edited
      const headers = key()
      const first = yield* post("restores", one, headers)
      expect((yield* post("restores", one, headers)).json).toEqual(first.json)
      expect((yield* post("restores", { ...one, mode: "copy" }, headers)).json).toMatchObject({
        type: "KeyReused"
      })
      expect((yield* post("restores", one, {})).status).toBe(428)
      const refusedAs = (body: unknown) => Effect.map(post("restores", body), ({ json }) => json.type)
      expect(yield* refusedAs({ ...one, at: "b9" })).toBe("BackupNotFound")
      expect(yield* refusedAs({ ...one, at: "@9999" })).toBe("MomentNotFound")
      expect(yield* refusedAs({ ...one, only: [{ kind: "song", id: "none" }] })).toBe("EntityNotFound")
      expect(yield* refusedAs({ ...one, at: undefined })).toBe("InvalidRequest")
      expect(yield* refusedAs({ at: "b1" })).toBe("InvalidRequest")
      const planned = yield* post("restores", { ...one, at: "@1", dryRun: true })
      const revision = { "if-match": `"${planned.json.revision}"` }
      const gone = yield* post(`restores/${planned.json.id}/cancel`, undefined, revision)
      expect(gone.json.state).toBe("cancelled")
      expect((yield* ask("restores?state=applied")).json.items).toHaveLength(1)
    })
  )

  it.scopedLive("backups are taken, described, forgotten and brought back", () =>
    Effect.gen(function* () {
      const { library, ask, post } = yield* edited
      const taken = yield* post("backups", { description: "from the page", tags: ["tour"] })
      expect([taken.status, taken.json.number, taken.json.tags]).toEqual([201, 2, ["tour"]])
      expect((yield* post("backups", {}, {})).status).toBe(428)
      // Whoever lost the answer asks again with the same key, and gets the backup that was taken.
      const headers = key()
      const once = yield* post("backups", { description: "once" }, headers)
      expect((yield* post("backups", { description: "once" }, headers)).json).toEqual(once.json)
      expect((yield* post("backups", { description: "other" }, headers)).json.type).toBe("KeyReused")
      yield* ask("backups/b3", "DELETE")
      const change = { pinned: true, tags: [] }
      expect((yield* ask("backups/b2", "PATCH", change)).json).toMatchObject({
        ...{ number: 2, pinned: true, tags: [], description: "from the page" }
      })
      const forgotten = yield* ask("backups/b2", "DELETE")
      expect(forgotten.json).toMatchObject({ number: 2, forgottenAt: expect.any(String) })
      expect((yield* ask("backups")).json.items).toHaveLength(1)
      expect((yield* post("backups/b2/undelete", undefined, {})).status).toBe(200)
      expect(yield* library.backups.list()).toHaveLength(2)
      expect((yield* ask("backups/b9", "PATCH", {})).json).toMatchObject({ type: "BackupNotFound" })
    })
  )
})
