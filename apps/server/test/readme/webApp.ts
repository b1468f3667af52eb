import { createHash, randomBytes, randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
// As built: a thread runs no TypeScript.
import { operate, startServer } from "../../dist/index.js"

/** What a web app does: with `fetch` alone, in any language. */
const webApp = async (server: string, code: string) => {
  const secret = randomBytes(32).toString("base64url")
  const call = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const response = await fetch(server + path, {
      method,
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) })
    })
    const json = JSON.parse(await response.text())
    return { status: response.status, etag: response.headers.get("etag") ?? "", json }
  }
  const secretHash = createHash("sha256").update(secret).digest("hex")
  await call("POST", "/v1/enrolments", {}, { code, secretHash, device: "web app" })

  const library = `/v1/libraries/${randomUUID()}`
  await call("PUT", library, { "if-none-match": "*" }, { name: "Jonas" })
  const song = { name: "Night Drive", songDataJSON: '{"tempo":96}', determinismSeed: "1" }
  const once = { "idempotency-key": randomUUID() }
  const made = await call("PUT", `${library}/songs/night`, { "if-none-match": "*", ...once }, song)

  // Two people have version 1 open. The first one saves; the second is told, and nothing is lost.
  const first = await call(
    "PUT",
    `${library}/songs/night`,
    { "if-match": made.etag },
    { ...song, name: "Day Drive" }
  )
  const second = await call(
    "PUT",
    `${library}/songs/night`,
    { "if-match": made.etag },
    { ...song, name: "Mine" }
  )
  console.log(
    `${first.status}, then ${second.status} ${second.json.type}: it is at version ${second.json.version}`
  )

  await call("DELETE", `${library}/songs/night`, { "if-match": first.etag })
  const [deletion] = (await call("GET", `${library}/operations`, {})).json.items
  await call("POST", `${library}/operations/${deletion.number}/undo`, { "idempotency-key": randomUUID() }, {})
  const back = await call("GET", `${library}/songs/night`, {})
  console.log(`undone: ${deletion.description}; ${back.json.name} is back at version ${back.etag}`)
}

const program = Effect.gen(function* () {
  const { address } = yield* startServer({ data: "web", host: "127.0.0.1", port: 0 })
  const guest = { name: "School app", role: "service", libraries: [], sealed: false } as const
  const { link } = yield* operate("web").invite(guest)
  const [, code = ""] = link.split("#")
  yield* Effect.promise(() => webApp(address, code))
}).pipe(Effect.scoped)

await Effect.runPromise(program)
