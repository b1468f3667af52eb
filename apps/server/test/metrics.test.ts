/** What programs that watch a server are told of groups and of room. */
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { device, putBlob, sharedServer } from "./support/server.js"

const dayMs = 24 * 60 * 60 * 1000

describe("/metrics", () => {
  const shared = sharedServer()

  it.scopedLive("tells of each group how long nothing came, and of how many libraries that is too long", () =>
    Effect.gen(function* () {
      const { server, admin } = shared()
      const control = new Sqlite(join(server.data, "control.db"))
      yield* Effect.addFinalizer(() => Effect.sync(() => control.close()))
      const told = Effect.map(server.ask("GET", "/metrics"), ({ text }) => {
        const lines = text.split("\n").filter((line) => /^whiteroom_(?:group|quota|fullest)/.test(line))
        return Object.fromEntries(lines.map((line) => line.split(" ")))
      })
      const [anna, , mara] = yield* Effect.all([
        device(server, admin, { name: "Anna", group: "10b" }),
        device(server, admin, { name: "Ben", group: "10b" }),
        device(server, admin, { name: "Mara" })
      ])
      const ago = (library: string, days: number) =>
        control
          .prepare("UPDATE library SET arrived_at = ? WHERE id = ?")
          .run(Date.now() - days * dayMs, library)
      ago(anna.library, 9)
      ago(mara.library, 3)
      const seen = yield* told
      expect(seen).toMatchObject({
        'whiteroom_group_libraries{group="10b"}': "2",
        'whiteroom_group_libraries{group=""}': "1",
        'whiteroom_group_stale_libraries{group="10b"}': "1",
        'whiteroom_group_stale_libraries{group=""}': "0",
        whiteroom_quota_bytes: String(3 * 5 * 1024 ** 3),
        whiteroom_fullest_library_ratio: "0"
      })
      const days = (group: string) =>
        Math.floor(Number(seen[`whiteroom_group_oldest_arrival_seconds{group="${group}"}`]) / (dayMs / 1000))
      expect([days("10b"), days("")]).toEqual([9, 3])
      // Something comes; the other leaves the group, and the group is told of no more.
      yield* putBlob(server, anna.token, anna.library, "vault.json", '{"kind":"plain"}')
      expect(yield* told).toMatchObject({ 'whiteroom_group_stale_libraries{group="10b"}': "0" })
      control.prepare("UPDATE library SET group_name = ''").run()
      control.prepare("UPDATE library SET quota = 64, used = 48 WHERE id = ?").run(anna.library)
      const after = yield* told
      expect(after['whiteroom_group_libraries{group="10b"}']).toBe(undefined)
      expect(after).toMatchObject({
        'whiteroom_group_libraries{group=""}': "3",
        whiteroom_fullest_library_ratio: "0.75"
      })
    })
  )
})
