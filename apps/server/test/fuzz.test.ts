/** Whatever is sent, the server answers with a result or a documented problem, stays as it was, and keeps nothing by halves. WHITEROOM_SEED: other requests. */
import { randomUUID } from "node:crypto"
import { readFileSync, truncateSync } from "node:fs"
import * as http from "node:http"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { insertAccess } from "../src/control/AccessList.js"
import { layerSqlite } from "../src/control/Database.js"
import { isSound } from "./support/isSound.js"
import { pushing, song } from "./support/pushed.js"
import {
  type Document,
  idsOf,
  makeRequests,
  note,
  type Operation,
  operationsOf,
  type Seen,
  thingIn
} from "./support/Requests.js"
import { seeded } from "./support/seeded.js"
import { hashOf, newToken, signIn, type TestServer, testServer } from "./support/server.js"
import { rounds } from "./support/soak.js"
import { wasLetGo } from "./support/wasLetGo.js"
import { isNew, key, songWish, webApp } from "./support/web.js"

interface Answered {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** Sends a request as it is written; of a stream of events only the beginning is read. */
const send = (
  agent: http.Agent,
  address: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer | undefined
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address)
    const request = http.request({ hostname, port, method, path, headers, agent }, (response) => {
      const chunks: Array<Uint8Array> = []
      const end = () =>
        resolve({
          ...{ status: response.statusCode ?? 0, headers: response.headers },
          body: Buffer.concat(chunks)
        })
      if (String(response.headers["content-type"]).startsWith("text/event-stream")) {
        response.destroy()
        return end()
      }
      response.on("data", (chunk: Uint8Array) => chunks.push(chunk))
      response.on("end", end)
      response.on("error", reject)
    })
    request.on("error", (error) => {
      if (wasLetGo(request, error)) resolve(send(agent, address, method, path, headers, body))
      else reject(error)
    })
    request.end(body)
  })

/** What may be answered before a route is asked at all. */
const beforeRoutes = [400, 401, 403, 404, 411, 413, 415, 421, 431]

/** The routes that tell nothing at all where something is refused by Node itself have no body to look at. */
const isWhole = (text: string, status: number): boolean => {
  const json: unknown = JSON.parse(text)
  return (
    typeof json === "object" &&
    json !== null &&
    ["type", "title", "detail", "recovery"].every((name) => name in json) &&
    "status" in json &&
    json.status === status
  )
}

const isJson = (headers: http.IncomingHttpHeaders): boolean =>
  String(headers["content-type"]).startsWith("application/json")

const jsonOf = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString("utf8"))
  } catch {
    return undefined
  }
}

/** Remembers what stands in an answer: ids, versions and places, to be asked for. */
const learn = (seen: Seen, value: unknown, name = ""): void => {
  if (Array.isArray(value)) for (const each of value.slice(0, 5)) learn(seen, each, name)
  else if (typeof value === "object" && value !== null)
    for (const [each, inner] of Object.entries(value)) learn(seen, inner, each)
  else if (typeof value === "string" && value.length < 200) {
    if (["id", "line", "next", "chainHash", "commandId", "name", "code"].includes(name))
      note(seen, name, value)
    if (name === "next") note(seen, "after", value)
  } else if (typeof value === "number" && ["number", "position", "version", "revision"].includes(name)) {
    note(seen, name, value)
    if (name === "number") for (const each of ["id", "at", "from", "to"]) note(seen, each, `b${value}`)
    if (name === "position") for (const each of ["at", "from", "to"]) note(seen, each, `@${value}`)
  }
}

/** Remembers which things there are of a kind, and which runs. */
const learnIds = (seen: Seen, value: unknown, name: string): void => {
  if (typeof value !== "object" || value === null) return
  if ("items" in value && Array.isArray(value.items))
    for (const each of value.items.slice(0, 5)) learnIds(seen, each, name)
  if ("id" in value && typeof value.id === "string")
    note(seen, "activity" in value ? "runs/id" : name, value.id)
}

const roles = [
  "device",
  "push-only",
  "teacher",
  "admin",
  "service",
  "server admin",
  "nobody",
  "made up"
] as const

/** A library of a device. */
const pushed = (server: TestServer, root: string) =>
  Effect.gen(function* () {
    const anna = yield* pushing(server, root)
    for (const id of ["one", "two", "three"]) yield* anna.library.songs.create(song(id))
    yield* anna.library.backups.take({ description: "first" })
    yield* anna.library.songs.upsert(song("one", "Night Drive"))
    yield* anna.push
    return anna
  })

/** A library of a web app. */
const written = (server: TestServer, root: string) =>
  Effect.gen(function* () {
    const app = yield* webApp(server, root)
    for (const id of ["one", "two"]) yield* app.ask("PUT", `songs/${id}`, songWish(`Song ${id}`), isNew)
    yield* app.ask("POST", "backups", { description: "first" }, key())
    return app
  })

/** A server with a library of a device and one of a web app, and somebody of every role. */
const stage = Effect.gen(function* () {
  const limits = { wrongCodes: 1e9, backupsADay: 1e9, uploads: 1000, documentsBytes: 2 ** 30, quota: 2 ** 30 }
  // A machine that gives it nothing to do for half a minute is no client that stalls.
  const made = yield* testServer({ limits: { ...limits, stallMs: 3_600_000, patienceMs: 3_600_000 } })
  // Nor one that lets a connection go just when it is used again.
  const ask: TestServer["ask"] = (method, path, asking) =>
    made.ask(method, path, { ...asking, headers: { connection: "close", ...asking?.headers } })
  const server = { ...made, ask }
  const root = yield* signIn(server)
  const anna = yield* pushed(server, root)
  const app = yield* written(server, root)
  const seen: Seen = new Map()
  for (const each of [anna.id, app.library]) note(seen, "library", each)
  for (const each of ["one", "two", "three", "default"]) note(seen, "id", each)
  note(seen, "when", "daily 18:00")
  const listed = yield* server.ask("GET", `/v1/libraries/${anna.id}/blobs`, { token: root })
  learn(seen, listed.json)
  for (const format of ["json", "bundle"]) {
    const path = `${server.address}/v1/libraries/${app.library}/export?format=${format}`
    const response = yield* Effect.promise(() =>
      fetch(path, { headers: { authorization: `Bearer ${root}` } })
    )
    const bytes = yield* Effect.promise(() => response.arrayBuffer())
    note(seen, "file", Buffer.from(bytes).toString("base64"))
  }
  return { server, root, anna, app, seen }
})

type Named = Exclude<(typeof roles)[number], "nobody" | "made up">

const isNamed = (role: (typeof roles)[number]): role is Named => role !== "nobody" && role !== "made up"

/** What an access of a role is for. */
const reachOf = (role: Named, libraries: ReadonlyArray<string>) =>
  role === "server admin" ? { role: "admin" as const, libraries: [] } : { role, libraries }

/**
 * An access for a role, in both libraries. It is there at once, as the codes of invitations are worth so
 * much work that this would last longest of all.
 */
const enter = (server: TestServer, role: (typeof roles)[number], libraries: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    if (role === "nobody") return undefined
    const token = newToken()
    if (!isNamed(role)) return token
    const nothing = { device: "test", expires_at: 0, revoked_at: 0, last_used_at: 0, last_used_from: "" }
    const known = { id: randomUUID(), name: "Anna", secret_hash: hashOf(token), created_at: Date.now() }
    const access = { ...known, ...nothing, group_name: "", ...reachOf(role, libraries) }
    yield* insertAccess(access).pipe(Effect.provide(layerSqlite(join(server.data, "control.db"))))
    return token
  })

/** Whether a token is still that of somebody with the role, in these libraries at least. */
const isStill = (server: TestServer, token: string, role: Named, libraries: ReadonlyArray<string>) =>
  Effect.map(server.ask("GET", "/v1/me", { token }), ({ status, json }) => {
    const wanted = reachOf(role, libraries)
    const has = Array.isArray(json.libraries) ? json.libraries : []
    return (
      status === 200 &&
      json.role === wanted.role &&
      (role === "server admin" ? has.length === 0 : wanted.libraries.every((id) => has.includes(id)))
    )
  })

describe("whatever is sent", () => {
  it.scopedLive(
    "security 33: is answered with a result or a problem of the document, and harms nothing",
    () =>
      Effect.gen(function* () {
        const { server, anna, app, seen, ...first } = yield* stage
        let root = first.root
        const document: Document = JSON.parse(
          readFileSync(new URL("../openapi.json", import.meta.url), "utf8")
        )
        const random = seeded(Number(process.env.WHITEROOM_SEED ?? 12))
        const make = makeRequests(document, random, seen)
        const operations = operationsOf(document)
        const libraries = [anna.id, app.library]
        const tokens = new Map<string, string | undefined>()
        // Without a bound of its own: what waits for a connection is not told that it gets one that was used (`reusedSocket`), and this
        // process may be given nothing to do for longer than a server leaves one open.
        const agent = new http.Agent({ keepAlive: true })
        yield* Effect.addFinalizer(() => Effect.sync(() => agent.destroy()))
        const succeeded = new Set<string>()
        const asked = new Map<string, number>()

        /** A request of somebody for an operation. */
        const prepare = (operation: Operation) => {
          const role = random.chance(0.5)
            ? random.pick(["service", "server admin"] as const)
            : random.pick(roles)
          const { path, headers, body } = make(operation, random.chance(0.5))
          const token = tokens.get(role)
          const whole = token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` }
          const about = `${operation.name} as ${role}: ${path} ${JSON.stringify(headers)} ${body?.toString("latin1").slice(0, 300)}`
          const answer = Effect.tryPromise(() =>
            send(agent, server.address, operation.method, path, whole, body)
          ).pipe(Effect.catchAll((error) => Effect.dieMessage(`${about}: ${error.error}`)))
          return { operation, answer, about, token, path }
        }

        /** Whoever lost their access, or is somebody else now, gets another. */
        const enterAgain = Effect.gen(function* () {
          for (const role of roles) {
            const token = tokens.get(role)
            if (token !== undefined && isNamed(role) && (yield* isStill(server, token, role, libraries)))
              continue
            if (token === undefined || isNamed(role)) tokens.set(role, yield* enter(server, role, libraries))
          }
        })

        /** Who sees after all that took an access away, or wanted to: an admin may take away that one, too. */
        const rootAgain = Effect.gen(function* () {
          if (yield* isStill(server, root, "server admin", [])) return
          root = (yield* enter(server, "server admin", [])) ?? root
        })

        /** A library that leaves stays, and one that was erased gets a successor: others are still to be asked for. */
        const standIn = Effect.gen(function* () {
          yield* rootAgain
          for (const [index, id] of libraries.entries()) {
            yield* server.ask("POST", `/v1/libraries/${id}/undelete`, { token: root })
            const { status } = yield* server.ask("GET", `/v1/libraries/${id}`, { token: root })
            if (status === 200) continue
            const next =
              index === 0 ? (yield* pushed(server, root)).id : (yield* written(server, root)).library
            libraries[index] = next
            note(seen, "library", next)
          }
        })

        const mend = ({ method, path }: Operation, status: number) =>
          Effect.gen(function* () {
            if (status >= 300) return
            const isAway = path === "/v1/libraries/{library}" || /\/(?:leave|erase)$/.test(path)
            const isOther = /^\/v1\/(?:access|me|session)/.test(path) && /DELETE|PATCH/.test(method)
            if (isOther || (isAway && method !== "GET")) yield* standIn
            if (isOther || (isAway && path.endsWith("erase"))) yield* enterAgain
          })

        yield* enterAgain
        const wrong: Array<string> = []
        const times = rounds(3, 100_000 / operations.length)
        for (let round = 0; round < times; round++) {
          const sent = yield* Effect.forEach(
            operations.map(prepare),
            ({ answer, ...rest }) => Effect.map(answer, (answered) => ({ ...rest, ...answered })),
            { concurrency: 8 }
          )
          for (const { operation, about, token, path, status, headers, body } of sent) {
            asked.set(operation.name, (asked.get(operation.name) ?? 0) + 1)
            const fault =
              status === 500 ? ` for ${server.log.findLast((line) => "fault" in line)?.fault}` : ""
            const said = `${status} ${body.toString("utf8").slice(0, 300)} to ${about}${fault}`
            const documented = Object.keys(operation.described.responses).map(Number)
            const isProblem =
              operation.method === "HEAD" ||
              (/^application\/problem\+json/.test(String(headers["content-type"])) &&
                isWhole(body.toString("utf8"), status))
            // An address that was spoilt may be that of another route.
            if (status === 500 || ![...documented, ...beforeRoutes].includes(status)) wrong.push(said)
            else if (status >= 400 && !isProblem) wrong.push(said)
            else if (token !== undefined && body.includes(token)) wrong.push(said)
            if (wrong.length > 20) expect(wrong).toEqual([])
            if (status < 400) succeeded.add(operation.name)
            if (operation.method !== "HEAD" && isJson(headers)) {
              const json = jsonOf(body)
              if (json === undefined) wrong.push(said)
              learn(seen, json)
              learnIds(seen, json, idsOf(operation.path))
            }
            if (headers.etag !== undefined)
              for (const name of ["if-match", `if-match ${thingIn(path)}`]) note(seen, name, headers.etag)
            yield* mend(operation, status)
          }
        }
        expect(asked.size).toBe(operations.length)
        expect(wrong).toEqual([])
        // It is not refused everywhere: what is well formed is done, but for what is there on this computer alone, and a few that
        // want the newest version of what others change all the time.
        const isHere = /\/(?:keys|copies)(?:\/|$)/
        const refused = operations
          .filter(({ name, path }) => !isHere.test(path) && !succeeded.has(name))
          .map(({ name }) => name)
        if (times > 100) expect([refused, refused.length < operations.length / 10]).toEqual([refused, true])
        yield* rootAgain
        yield* isSound(server, root)
      }),
    3_600_000
  )

  it.scopedLive("what an admin threw away is told by a check, and is no damage; what is cut off is", () =>
    Effect.gen(function* () {
      const { server, root, anna } = yield* stage
      const listed = yield* server.ask("GET", `/v1/libraries/${anna.id}/blobs`, { token: root })
      const names = (listed.json.blobs as ReadonlyArray<{ name: string }>).map(({ name }) => name)
      const line = names.find((name) => name.endsWith("/line")) ?? ""
      const discarded = yield* server.ask("DELETE", `/v1/libraries/${anna.id}/blobs/${line}`, {
        token: root
      })
      expect(discarded.status).toBe(204)
      const check = yield* server.ask("POST", `/v1/libraries/${anna.id}/checks`, {
        token: root,
        headers: { ...key(), prefer: "wait=20" }
      })
      expect(check.json).toMatchObject({ outcome: "failed", damaged: [expect.stringContaining(line)] })
      yield* isSound(server, root)
      const segment = names.find((name) => name.endsWith(".seg")) ?? ""
      truncateSync(join(server.data, "libraries", anna.id, segment), 1000)
      expect((yield* Effect.exit(isSound(server, root)))._tag).toBe("Failure")
    })
  )
})
