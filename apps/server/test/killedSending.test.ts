/** Device and server are killed while songs are sent back: each restore is carried out once, and told; both are whole. */
import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { toHex } from "@white-room/core"
import type { Library } from "@white-room/store"
import { lookAt } from "@white-room/store/transfer"
import {
  addVault,
  checkVault,
  enrol,
  openKnown,
  parseLink,
  push,
  serverRestores,
  vaultRecords
} from "@white-room/vault"
import * as Effect from "effect/Effect"
import { operate } from "../src/index.js"
import { onServer } from "./support/onServer.js"
import { programFile } from "./support/programFile.js"
import { song } from "./support/pushed.js"
import { kill, serve } from "./support/served.js"
import { rounds } from "./support/soak.js"

/** A device that looks into its inbox, killed with the scope. `onRequest` is told of each request, by its number. */
const device = (
  library: string,
  settings: string,
  onRequest: (number: number, child: ChildProcess) => void
) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = fork(programFile("inbox"), [library, settings], {
        stdio: ["ignore", "ignore", "inherit", "ipc"]
      })
      let requests = 0
      child.on("message", () => onRequest(++requests, child))
      return child
    }),
    kill
  )

const ended = (child: ChildProcess): Effect.Effect<number | null> =>
  Effect.async((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.succeed(child.exitCode))
    child.once("exit", (code) => resume(Effect.succeed(code)))
  })

/** A place in the log, as everybody who has it finds it. */
const pointAt = (library: Library, position: number) =>
  Effect.map(
    lookAt(library, ({ chainHashAt }) => chainHashAt(position)),
    (hash) => ({ position, chainHash: toHex(hash ?? new Uint8Array()) })
  )

/** Of a restore that is carried out there are so many requests: looking, claiming, pushing, telling, looking again. */
const steps = 14

/** As many rounds with a library of its own. */
const sentAndKilled = (times: number) =>
  Effect.gen(function* () {
    const { folder, data, here, file, library, place, first, port } = yield* onServer
    let server = first
    yield* library.songs.upsert(song("one", "Night Drive"))
    const { position } = yield* library.log.head
    const { vault, known } = yield* addVault(library, "school", place, here)
    yield* push(library, vault, known)
    const mara = { settings: join(folder, "mara"), env: {} }
    const guest = { name: "Mara", role: "teacher", libraries: [server.library], sealed: false } as const
    const { link } = yield* operate(data).invite(guest)
    yield* enrol(mara.settings, yield* parseLink(link), "test")
    for (let round = 1; round <= times; round++) {
      const teacher = yield* serverRestores(place, mara)
      const { position: head } = yield* library.log.head
      const sent = yield* teacher.send({
        ...{ ...(yield* pointAt(library, position)), seen: yield* pointAt(library, head) },
        ...{ only: [{ kind: "song", id: "one" }], mode: "copy" }
      })
      // The device dies at one step, what goes on for it loses its server at another.
      const first = yield* device(file, here.settings, (number, child) => {
        if (number === 1 + ((round * 5) % steps)) child.kill("SIGKILL")
      })
      yield* ended(first)
      const { child } = server
      const second = yield* device(file, here.settings, (number) => {
        if (number === 1 + ((round * 3) % steps)) child.kill("SIGKILL")
      })
      yield* Effect.raceFirst(ended(second), ended(child))
      yield* kill(child)
      server = yield* serve(data, port)
      expect(yield* ended(second)).toBe(0)
      expect(yield* (yield* serverRestores(place, mara)).read(sent.id)).toMatchObject({
        state: "applied"
      })
      expect(yield* library.songs.count).toBe(round + 1)
    }
    expect(yield* library.upkeep.check({ level: "full" })).toMatchObject({ ok: true })
    const [now = known] = yield* vaultRecords(library).all
    const check = yield* checkVault(yield* openKnown(now, here), { level: "full" })
    expect(check).toMatchObject({ ok: true })
  }).pipe(Effect.scoped)

/** A device is sent no more in a day. */
const roundsOfOne = 20

describe("a device and a server that are killed", () => {
  it.scopedLive(
    "carry out what was sent once, and tell it",
    () =>
      Effect.gen(function* () {
        for (let left = rounds(1, 100); left > 0; left -= roundsOfOne)
          yield* sentAndKilled(Math.min(left, roundsOfOne))
      }),
    3_600_000
  )
})
