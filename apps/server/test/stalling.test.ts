/** Clients that stop in the middle hold nobody up, and are let go. */
import { randomBytes, randomUUID } from "node:crypto"
import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from "node:fs"
import { stat } from "node:fs/promises"
import * as net from "node:net"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { folderShelf } from "../src/library/folderShelf.js"
import { device, signIn, type TestServer, testServer } from "./support/server.js"

/** Sends a request, reads the beginning of the answer, and then nothing more. Tells when the connection ended. */
const stopping = (server: TestServer, path: string, headers: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<{ readonly socket: net.Socket; readonly ended: Promise<void> }>((resolve, reject) => {
          const { port, hostname, host } = new URL(server.address)
          const socket = net.connect(Number(port), hostname, () => {
            const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}`)
            socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`)
          })
          const ended = new Promise<void>((end) => socket.once("close", () => end()))
          socket.once("data", () => {
            socket.pause()
            resolve({ socket, ended })
          })
          // It is cut off with bytes in it that nobody read.
          socket.on("error", reject)
        })
    ),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

/** Files of libraries in a folder that this process has open. */
const openFiles = (folder: string): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${folder}/libraries/`)
    } catch {
      return false // Closed meanwhile.
    }
  }).length

/** A turn of everything that waits for a connection. */
const turn = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 20)))

const bytes = 48 * 1024 * 1024

describe("a client that stops reading", () => {
  it.scopedLive.runIf(process.platform === "linux")(
    "security 33: is let go, and what it asked for is not held in memory meanwhile",
    () =>
      Effect.gen(function* () {
        const server = yield* testServer({ limits: { stallMs: 1000 } })
        const { token, library } = yield* device(server, yield* signIn(server))
        const name = `${randomUUID()}/${randomUUID()}/line`
        const path = `/v1/libraries/${library}/blobs/${name}`
        const file = join(server.data, "libraries", library, name)
        // An upload of so much may stall on a busy machine, and be ended too.
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, randomBytes(bytes))
        const before = process.memoryUsage()
        const authorization = `Bearer ${token}`
        const stopped = yield* Effect.all(
          Array.from({ length: 4 }, () => stopping(server, path, { authorization }))
        )
        // Others are answered while they wait.
        for (let count = 0; count < 20; count++)
          expect((yield* server.ask("GET", "/v1/me", { token })).status).toBe(200)
        const { external, arrayBuffers } = process.memoryUsage()
        expect(external + arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(bytes)
        expect(openFiles(server.data)).toBe(4)
        // Whoever reads nothing notices nothing; the server lets go of the file.
        while (openFiles(server.data) > 0) yield* turn
        for (const { socket, ended } of stopped) {
          socket.resume()
          yield* Effect.promise(() => ended)
          expect(socket.bytesRead).toBeLessThan(bytes)
        }
        // Nor is it held for who is gone before it was opened.
        const gone = yield* Effect.fork(Effect.scoped(folderShelf(server.data).open(library, name)))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(gone)
        for (let count = 0; count < 20; count++) yield* Effect.promise(() => stat(file))
        expect(openFiles(server.data)).toBe(0)
        // It is there as it was.
        const again = yield* server.ask("HEAD", path, { token })
        expect([again.status, again.headers.get("content-length")]).toEqual([200, String(bytes)])
      })
  )
})

describe("a client that sends a byte now and then", () => {
  it.scopedLive("security 33: is let go, whether its request is answered or not", () =>
    Effect.gen(function* () {
      const server = yield* testServer({ limits: { stallMs: 1500 } })
      const { port, hostname, host } = new URL(server.address)
      const ended = (address: string) =>
        Effect.promise(
          () =>
            new Promise<void>((resolve) => {
              const socket = net.connect(Number(port), hostname, () =>
                socket.write(
                  `${address} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n`
                )
              )
              const sending = setInterval(() => socket.write(" "), 100)
              socket.on("error", () => {})
              socket.on("close", () => {
                clearInterval(sending)
                resolve()
              })
              socket.resume()
            })
        )
      yield* Effect.all(
        ["POST /v1/enrolments", "DELETE /v1/session", `PUT /v1/libraries/x/blobs/${randomUUID()}`].map(ended),
        { concurrency: "unbounded" }
      )
      expect((yield* server.ask("GET", "/health/live")).status).toBe(200)
    })
  )

  it.scopedLive("security 33: is let go, also when it does not go where it was refused", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const { port, hostname, host } = new URL(server.address)
      const dripping = (beginning: string) =>
        Effect.promise(
          () =>
            new Promise<string>((resolve) => {
              // It leaves its side open when the server has closed the other.
              const socket = net.connect({ port: Number(port), host: hostname, allowHalfOpen: true }, () =>
                socket.write(beginning)
              )
              const sending = setInterval(() => socket.write("x"), 100)
              let text = ""
              socket.on("error", () => {})
              socket.on("data", (part) => {
                text += part
              })
              socket.on("close", () => {
                clearInterval(sending)
                resolve(text)
              })
            })
        )
      const answers = yield* Effect.all(
        [dripping(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Long: `), dripping("")],
        {
          concurrency: "unbounded"
        }
      )
      expect(answers[0]).toContain("HTTP/1.1 400")
    })
  )
})

describe("a client that asks for much before it was answered", () => {
  it.scopedLive("security 33: is let go, and no more than a few of it are begun", () =>
    Effect.gen(function* () {
      const server = yield* testServer()
      const { port, hostname, host } = new URL(server.address)
      const asking = (times: number) =>
        Effect.promise(
          () =>
            new Promise<string>((resolve) => {
              const one = `GET /v1/me HTTP/1.1\r\nHost: ${host}\r\n`
              const last = `${one}Connection: close\r\n\r\n`
              let text = ""
              const socket = net.connect(Number(port), hostname, () =>
                socket.write(`${one}\r\n`.repeat(times - 1) + last)
              )
              socket.on("error", () => {})
              socket.on("data", (part) => {
                text += part
              })
              socket.on("close", () => resolve(text))
            })
        )
      const begun = () => server.log.filter(({ event }) => event === "request").length
      expect((yield* asking(5)).split("HTTP/1.1 401")).toHaveLength(6)
      const before = begun()
      yield* asking(300)
      expect((yield* server.ask("GET", "/health/live")).status).toBe(200)
      expect(begun() - before).toBeLessThan(20)
    })
  )
})
