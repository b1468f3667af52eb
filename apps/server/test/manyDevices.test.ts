/**
 * Many devices push at once: nothing fails, nothing is lost, memory stays. In the soak two hundred of them push every second, for a
 * minute, or for as many as WHITEROOM_MINUTES says; then the server's event loop is looked at too.
 */
import type { ChildProcess } from "node:child_process"
import { createHash } from "node:crypto"
import * as http from "node:http"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { createLibrary, openLibrary } from "@white-room/store"
import { checkVault, folderBlobs, listBlobs, makeVault, memoryBlobs, openVault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { operate } from "../src/index.js"
import { song } from "./support/pushed.js"
import { sendingTo } from "./support/sendingTo.js"
import { serve } from "./support/served.js"
import { codeIn, hashOf, newToken, putHeaders } from "./support/server.js"
import { rounds } from "./support/soak.js"
import { temporaryFolder } from "./support/temporaryFolder.js"
import { wasLetGo } from "./support/wasLetGo.js"

const devices = rounds(8, 200)
const seconds = rounds(3, 60 * Number(process.env.WHITEROOM_MINUTES ?? 1))

interface Measured {
  readonly delayP99: number
  readonly rss: number
}

/** How late the event loop of the server was since it was asked to begin, in milliseconds, and the memory it holds. */
const measure = (child: ChildProcess, asked: "begin" | "measure") =>
  Effect.async<Measured>((resume) => {
    child.once("message", (told: Measured) => resume(Effect.succeed(told)))
    child.send(asked)
  })

/** What a device sends in its life: a file that says what the vault is, how its line begins, and then one file a push. */
const life = Effect.gen(function* () {
  const file = join(yield* temporaryFolder, "library.db")
  yield* createLibrary(file)
  const library = yield* openLibrary(file)
  const blobs = memoryBlobs()
  const vault = yield* makeVault(blobs)
  const send = yield* sendingTo(library, vault)
  const files: Array<ReadonlyArray<{ readonly name: string; readonly bytes: Buffer }>> = []
  const known = new Set<string>()
  for (let time = 0; time < seconds; time++) {
    yield* library.songs.upsert(song(`s${time % 20}`, `Version ${time}`))
    yield* send
    const names = (yield* listBlobs(blobs, "")).map(({ name }) => name).filter((name) => !known.has(name))
    // What says what the vault is comes first, as a device sends it.
    names.sort((a, b) => Number(b === "vault.json") - Number(a === "vault.json"))
    const sent: Array<{ readonly name: string; readonly bytes: Buffer }> = []
    for (const name of names) {
      known.add(name)
      sent.push({ name, bytes: Buffer.from(yield* blobs.get(name)) })
    }
    files.push(sent)
  }
  return files
})

const request = (
  agent: http.Agent,
  address: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer
): Effect.Effect<number, Error> =>
  Effect.async<number, Error>((resume) => {
    const { hostname, port } = new URL(address)
    const sent = http.request({
      ...{ hostname, port, method, path, agent },
      headers: { ...headers, "content-length": body.length }
    })
    sent.once("error", (error) =>
      resume(
        wasLetGo(sent, error) ? request(agent, address, method, path, headers, body) : Effect.fail(error)
      )
    )
    sent.once("response", (response) => {
      response.resume().once("end", () => resume(Effect.succeed(response.statusCode ?? 0)))
    })
    sent.end(body)
  })

describe("many devices", () => {
  it.scopedLive(
    "push at once, and each has everything there",
    () =>
      Effect.gen(function* () {
        const files = yield* life
        const data = join(yield* temporaryFolder, "srv")
        const { child, address } = yield* serve(data, 0)
        // Without a bound: a request that has waited for a connection is not told that it was used, and that the server may be closing it.
        const agent = new http.Agent({ keepAlive: true })
        yield* Effect.addFinalizer(() => Effect.sync(() => agent.destroy()))
        const letIn = Effect.gen(function* () {
          const wish = { name: "Anna", role: "device", libraries: [], sealed: false } as const
          const { link, libraries } = yield* operate(data).invite(wish)
          const token = newToken()
          const body = Buffer.from(
            JSON.stringify({ code: codeIn(link), secretHash: hashOf(token), device: "test" })
          )
          const json = { "content-type": "application/json" }
          expect(yield* request(agent, address, "POST", "/v1/enrolments", json, body)).toBe(200)
          return { token, library: libraries[0] ?? "" }
        })
        const all = yield* Effect.replicateEffect(letIn, devices)
        yield* measure(child, "begin")
        const statuses = new Map<number, number>()
        const measured: Array<Measured> = []
        const began = performance.now()
        for (const [second, sent] of files.entries()) {
          const one = ({ token, library }: (typeof all)[number]) =>
            Effect.forEach(sent, ({ name, bytes }) =>
              Effect.map(
                request(
                  agent,
                  address,
                  "PUT",
                  `/v1/libraries/${library}/blobs/${name}`,
                  { ...putHeaders(bytes), authorization: `Bearer ${token}` },
                  bytes
                ),
                (status) => statuses.set(status, (statuses.get(status) ?? 0) + 1)
              )
            )
          // Spread over the second, as those of people are; without the soak one after the other at once.
          yield* Effect.forEach(
            all,
            (each, at) =>
              Effect.zipRight(
                rounds(0, 1) === 1
                  ? Effect.sleep(Math.max(0, began + 1000 * (second + at / devices) - performance.now()))
                  : Effect.void,
                one(each)
              ),
            { concurrency: "unbounded" }
          )
          if ((second + 1) % Math.max(1, Math.floor(files.length / 6)) === 0)
            measured.push(yield* measure(child, "measure"))
        }
        const count = files.flat().length
        expect([...statuses]).toEqual([[201, count * devices]])
        const hashes = new Set(
          files.flat().map(({ bytes }) => createHash("sha256").update(bytes).digest("hex"))
        )
        for (const { library } of all) {
          const blobs = folderBlobs(join(data, "libraries", library))
          const there = yield* listBlobs(blobs, "")
          expect(there.map(({ name }) => name).sort()).toEqual(
            files
              .flat()
              .map(({ name }) => name)
              .sort()
          )
          if (library !== all[0]?.library) continue
          expect(yield* checkVault(yield* openVault(blobs), { level: "full" })).toMatchObject({ ok: true })
          for (const { name } of there)
            expect(
              hashes.has(
                createHash("sha256")
                  .update(yield* blobs.get(name))
                  .digest("hex")
              )
            ).toBe(true)
        }
        if (rounds(0, 1) === 0) return
        const rss = measured.map((each) => each.rss)
        console.log(`${devices} devices, ${seconds} s:`, measured)
        expect(Math.max(...rss)).toBeLessThan(300e6)
        // Flat: what it holds at the end is what it held when a third of it was done, and a thread that began after a minute.
        expect(rss.at(-1) ?? 0).toBeLessThan((rss[1] ?? 0) + 100e6)
        expect(measured.at(-1)?.delayP99).toBeLessThan(20)
      }),
    3_600_000
  )
})
