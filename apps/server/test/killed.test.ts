/**
 * Server and device are killed in the middle of a push or a clone, at moments that are drawn: what was acknowledged is there, nothing is
 * there by halves, and the next try needs no repair.
 */
import { type ChildProcess, fork } from "node:child_process"
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import { addVault, type BlobSource, checkVault, clone, openKnown, push, type Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { onServer } from "./support/onServer.js"
import { programFile } from "./support/programFile.js"
import { seeded } from "./support/seeded.js"
import { kill, type Served, serve } from "./support/served.js"
import { rounds } from "./support/soak.js"

/** A vault whose server is killed when so much of an upload was sent, or as soon as all of it was. */
const killing = (vault: Vault, child: ChildProcess, share: number): Vault => ({
  ...vault,
  blobs: {
    ...vault.blobs,
    put: (name, source) => {
      const cut: BlobSource = {
        ...source,
        async *read() {
          let sent = 0
          for await (const chunk of source.read()) {
            const rest = Math.max(0, Math.floor(source.bytes * share) - sent)
            yield chunk.subarray(0, rest)
            sent += chunk.length
            if (sent >= source.bytes * share) child.kill("SIGKILL")
            yield chunk.subarray(rest)
          }
        }
      }
      return vault.blobs.put(name, cut)
    }
  }
})

/** A device that works until somebody is killed: at its request of that number, or as soon as it is done. */
const working = (
  device: ChildProcess,
  wish: string,
  victim: ChildProcess,
  step: number
): Effect.Effect<number | undefined> =>
  Effect.async((resume) => {
    let requests = 0
    let position: number | undefined
    const end = () => {
      device.off("message", hear)
      device.off("exit", end)
      resume(Effect.succeed(position))
    }
    const hear = (said: unknown) => {
      if (said === "request") {
        if (++requests === step) victim.kill("SIGKILL")
        return
      }
      if (typeof said !== "object" || said === null) return
      if ("position" in said) position = Number(said.position)
      victim.kill("SIGKILL")
      if (victim !== device) end()
    }
    device.on("message", hear)
    device.on("exit", end)
    device.send(wish)
  })

const song = (id: string, version: number) => ({
  id,
  name: `Song ${id}`,
  songDataJSON: JSON.stringify(Array.from({ length: 500 }, (_, each) => `${id} ${version} ${each * 7919}`)),
  determinismSeed: "1"
})

/** Of a push there are about as many requests, of a clone fewer. */
const steps = 7

/** With more rounds a library would be looked at for longer than it is worked with. */
const roundsOfOne = 50

describe("a server or a device that is killed", () => {
  it.scopedLive(
    "loses nothing that was acknowledged, and leaves nothing by halves",
    () =>
      Effect.gen(function* () {
        const random = seeded(7)
        const ofLibrary = (times: number) =>
          Effect.gen(function* () {
            const { folder, data, here, file, library, place, first, port } = yield* onServer
            let server: Served = first
            let device: ChildProcess | undefined
            yield* Effect.addFinalizer(() => (device === undefined ? Effect.void : kill(device)))
            const deviceNow = (): ChildProcess => {
              if (device?.exitCode === null && device.signalCode === null) return device
              device = fork(programFile("device"), [file, here.settings, place], {
                stdio: ["ignore", "ignore", "inherit", "ipc"]
              })
              return device
            }
            yield* library.songs.create(song("0", 0))
            const { vault, known } = yield* addVault(library, "server", place, here)
            let acknowledged = (yield* push(library, vault, known)).position
            const copy = join(folder, "again.db")
            // One that is there is whole: it was brought before the kill.
            const there = Effect.gen(function* () {
              const brought = yield* openLibrary(copy)
              expect(yield* brought.upkeep.check({ level: "full" })).toMatchObject({ ok: true })
              expect(yield* brought.log.head).toMatchObject({ position: acknowledged })
            })
            const copied = Effect.gen(function* () {
              if (existsSync(copy)) yield* Effect.scoped(there)
              else {
                const report = yield* clone(yield* openKnown(known, here), copy)
                expect(report).toMatchObject({ position: acknowledged, problems: [], damaged: [] })
              }
              for (const suffix of ["", "-wal", "-shm"]) rmSync(`${copy}${suffix}`, { force: true })
            })
            for (let round = 1; round <= times; round++) {
              const isPush = random.chance(0.6)
              if (isPush) yield* library.songs.upsert(song(String(random.int(10)), round))
              const { child } = server
              const step = 1 + random.int(steps)
              const kind = random.int(3)
              if (kind === 0 && isPush) {
                const current = yield* openKnown(known, here)
                const exit = yield* Effect.either(
                  push(library, killing(current, child, random.next()), known)
                )
                if (exit._tag === "Right") acknowledged = exit.right.position
              } else {
                const busy = deviceNow()
                const victim = kind === 1 ? busy : child
                const position = yield* working(busy, isPush ? "push" : copy, victim, step)
                if (isPush) acknowledged = position ?? acknowledged
              }
              if (child.killed) {
                yield* kill(child)
                server = yield* serve(data, port)
              }
              const again = yield* openKnown(known, here)
              if (round % 10 === 0 || round === times)
                expect(yield* checkVault(again, { level: "full" })).toMatchObject({ ok: true })
              else expect(yield* checkVault(again)).toMatchObject({ ok: true })
              if (isPush) {
                const { position } = yield* push(library, again, known)
                expect(position).toBeGreaterThanOrEqual(acknowledged)
                acknowledged = position
              } else yield* copied
            }
            yield* copied
            expect(yield* library.upkeep.check({ level: "full" })).toMatchObject({ ok: true })
          }).pipe(Effect.scoped)
        for (let left = rounds(2, 250); left > 0; left -= roundsOfOne)
          yield* ofLibrary(Math.min(left, roundsOfOne))
      }),
    3_600_000
  )
})
