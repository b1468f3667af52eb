/** What rules would do to the backups of a library: the same judgement as prune, and nothing is done. */
import { describe, expect, it } from "@effect/vitest"
import { saveProfile } from "@white-room/scheduler"
import * as Effect from "effect/Effect"
import { browser, here } from "./support/here.js"
import { song } from "./support/pushed.js"

interface Decision {
  readonly number: number
  readonly keep: boolean
  readonly reasons: ReadonlyArray<string>
}

describe("what rules would do", () => {
  it.scopedLive("is told with reasons, of these rules or those of a profile, and nothing is done", () =>
    Effect.gen(function* () {
      const open = yield* here()
      const { library } = open
      const ask = yield* browser(open)
      for (const tempo of [1, 2, 3, 4]) {
        yield* library.songs.upsert(song("one", "Night Drive", `{"tempo":${tempo}}`))
        yield* library.backups.take({ description: `take ${tempo}`, pinned: tempo === 1 })
      }
      const kept = (decisions: unknown) =>
        (decisions as ReadonlyArray<Decision>).filter(({ keep }) => keep).map(({ number }) => number)
      const usual = yield* ask("retention")
      expect(usual.json).toMatchObject({ rules: "last 30", profiles: [], lastCopies: [], expiring: [] })
      expect(kept(usual.json.decisions)).toEqual([4, 3, 2, 1])
      const few = yield* ask("retention?keepLast=2")
      expect(few.json).toMatchObject({ rules: "last 2" })
      expect(few.json.decisions).toMatchObject([
        { number: 4, keep: true, reasons: ["newest backup", expect.any(String)] },
        { number: 3, keep: true, description: "take 3" },
        { number: 2, keep: false, reasons: ["outside last 2"] },
        { number: 1, keep: true, reasons: ["pinned"] }
      ])
      yield* saveProfile(library, { name: "evenings é", when: ["daily 18:00"], keep: { last: 1 } })
      const profile = encodeURIComponent("evenings é")
      const own = yield* ask(`retention?profile=${profile}`)
      expect(own.json).toMatchObject({ rules: "last 1", profiles: ["evenings é"] })
      // It speaks of its own backups alone, and has none.
      expect(kept(own.json.decisions)).toEqual([4, 3, 2, 1])
      expect((yield* ask("retention?keepLast=-1")).status).toBe(400)
      expect((yield* ask("retention?profile=none")).status).toBeGreaterThanOrEqual(400)
      expect(yield* library.backups.list()).toHaveLength(4)
    })
  )
})
