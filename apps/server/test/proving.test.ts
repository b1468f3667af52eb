/** Every night each library that is not sealed is made again from its files, and what came of it is told. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { hour } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import type { LogLine } from "../src/index.js"
import { pushing, reader, song } from "./support/pushed.js"
import { device, signIn, testServer } from "./support/server.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

/** Lines of a log, each of which can be waited for. */
const listening = () => {
  const waiting: Array<(line: LogLine) => void> = []
  const early: Array<LogLine> = []
  return {
    onLog: (line: LogLine) => {
      if (line.event !== "proofs") return
      const next = waiting.shift()
      if (next === undefined) early.push(line)
      else next(line)
    },
    /** The next round of proofs that ends. */
    line: Effect.promise(
      () =>
        new Promise<LogLine>((resolve) => {
          const line = early.shift()
          if (line === undefined) waiting.push(resolve)
          else resolve(line)
        })
    )
  }
}

/** Threads begin slowly on a machine that does much else. */
const patience = 180_000

describe("proofs", () => {
  it.scoped(
    "every night each library comes back from its files, or it is said what is wrong",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00Z"))
        const { onLog, line } = listening()
        const night = Effect.zipRight(TestClock.adjust("1 day"), line)
        const log: Array<LogLine> = []
        const server = yield* testServer({
          houseEveryMs: hour,
          onLog: (line) => {
            log.push(line)
            onLog(line)
          }
        })
        const admin = yield* signIn(server)
        const anna = yield* pushing(server, admin)
        const ben = yield* pushing(server, admin, { name: "Ben" })
        // Nothing came into these: there is nothing to prove.
        yield* device(server, admin)
        yield* device(server, admin, { sealed: true })
        for (const each of [anna, ben]) {
          yield* each.library.songs.create(song("a"))
          yield* each.library.backups.take()
          yield* each.push
        }
        const status = (each: typeof anna) =>
          Effect.map(reader(server, each)("status"), ({ json }) => [
            json.protected,
            json.proven,
            json.lastFullCheck
          ])
        expect(yield* status(anna)).toEqual([true, null, null])

        expect(yield* night).toMatchObject({ libraries: 2, failed: 0, level: "info" })
        // From three in the night on; the day passes at once here, so it may be any time after.
        const at = expect.stringMatching(/^2026-11-21T(?:0[3-9]|1[012]):/)
        expect(yield* status(anna)).toMatchObject([true, { ok: true, at }, { level: "full", ok: true }])
        expect(log.filter(({ event }) => event === "proof").map(({ library }) => library)).toEqual(
          [anna.id, ben.id].sort()
        )

        // A byte of one is not as it was: the other is not touched by that.
        const folder = join(server.data, "libraries", ben.id)
        const [segment = ""] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
          name.endsWith(".seg")
        )
        const bytes = readFileSync(join(folder, segment))
        const middle = Math.floor(bytes.length / 2)
        bytes[middle] = (bytes[middle] ?? 0) ^ 1
        writeFileSync(join(folder, segment), bytes)
        expect(yield* night).toMatchObject({ libraries: 2, failed: 1, level: "error" })
        expect(yield* status(anna)).toMatchObject([true, { ok: true }, { ok: true }])
        expect(yield* status(ben)).toMatchObject([false, { ok: false }, { level: "full", ok: false }])
        expect(log.findLast(({ event, ok }) => event === "proof" && ok === false)).toMatchObject({
          library: ben.id,
          detail: expect.stringContaining("its bytes are not those that were written")
        })
        const { text } = yield* server.ask("GET", "/metrics")
        expect(text).toContain("whiteroom_libraries_proven 1\n")
        expect(text).toContain("whiteroom_libraries_not_proven 1\n")
        expect(text).toMatch(/^whiteroom_oldest_proof_seconds \d+$/m)
      }),
    patience
  )

  it.scoped(
    "a night that the server slept through is caught up once, and others are left alone",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00Z"))
        const data = yield* temporaryFolder
        yield* Effect.scoped(
          Effect.gen(function* () {
            const server = yield* testServer({ data })
            const anna = yield* pushing(server, yield* signIn(server))
            yield* anna.library.songs.create(song("a"))
            yield* anna.push
          })
        )
        yield* TestClock.adjust("5 days")
        const { onLog, line } = listening()
        const nights: Array<LogLine> = []
        yield* testServer({
          ...{ data, houseEveryMs: hour },
          onLog: (each) => {
            if (each.event === "proofs") nights.push(each)
            onLog(each)
          }
        })
        expect(yield* line).toMatchObject({ libraries: 1, failed: 0 })
        yield* TestClock.adjust("3 minutes")
        yield* TestClock.adjust("1 day")
        expect(yield* line).toMatchObject({ libraries: 1, failed: 0 })
        expect(nights).toHaveLength(2)
      }),
    patience
  )
})
