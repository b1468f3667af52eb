/** What hooks, webhooks and heartbeats are given, and what is told of those that do not work. */
import { readFileSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { decodeProfile, layerOutside, Outside, OutsideFailed } from "../src/index.js"
import { warningsOf } from "../src/Outside.js"
import { edit, freshLibrary, look, temporaryFolder, withProfile } from "./support/worlds.js"

const secrets = {
  WHITEROOM_PASSPHRASE: "s3cret-1",
  GITHUB_TOKEN: "s3cret-2",
  AWS_SECRET_ACCESS_KEY: "s3cret-3"
}

const command = (text: string, environment: Readonly<Record<string, string>> = {}) =>
  Effect.flatMap(Outside, (outside) => outside.command(text, environment, Duration.seconds(20))).pipe(
    Effect.provide(layerOutside)
  )

const call = (address: string, body?: unknown) =>
  Effect.flatMap(Outside, (outside) => outside.call(address, body)).pipe(
    Effect.provide(layerOutside),
    Effect.either
  )

interface Asked {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly body: string
}

/** A server on this machine that notes what it was asked. */
const serverOf = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  Effect.gen(function* () {
    const asked: Array<Asked> = []
    const server = yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>((resume) => {
        const made = createServer((request, response) => {
          let body = ""
          request.on("data", (chunk) => {
            body += chunk
          })
          request.on("end", () => {
            const { method = "", url = "", headers } = request
            asked.push({ method, url, authorization: headers.authorization, body })
            answer(request, response)
          })
        }).listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
      }),
      (made) =>
        Effect.async<void>((resume) => {
          made.closeAllConnections()
          made.close(() => resume(Effect.void))
        })
    )
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    return { asked, host: `127.0.0.1:${port}`, base: `http://127.0.0.1:${port}` }
  })

describe("the environment of a hook", () => {
  let before: NodeJS.ProcessEnv
  beforeEach(() => {
    before = { ...process.env }
    Object.assign(process.env, secrets)
  })
  afterEach(() => {
    for (const name of Object.keys(process.env)) delete process.env[name]
    Object.assign(process.env, before)
  })

  it.effect("has what programs need and what the run says, and no secret of ours or of anybody", () =>
    Effect.gen(function* () {
      const seen = yield* command("env", { WHITEROOM_OUTCOME: "done" })
      expect(seen).not.toContain("s3cret")
      expect(seen).toContain(`PATH=${process.env.PATH}`)
      expect(seen).toContain("WHITEROOM_OUTCOME=done")
    })
  )
})

describe("a hook", () => {
  it.scoped(
    "that says a NUL and megabytes still makes the hook for failures run, which gets the end of it",
    () =>
      Effect.gen(function* () {
        const library = yield* freshLibrary
        const told = join(yield* temporaryFolder, "told")
        yield* withProfile(library, {
          when: ["every hour"],
          hooks: {
            before: "head -c 3000000 /dev/zero; printf 'end\\000\\033[2K'; exit 3",
            failed: `printf %s "$WHITEROOM_DETAIL" > '${told}'`
          }
        })
        yield* edit(library, "a")
        const [report] = yield* look(library)
        expect(report?.warnings).toEqual([])
        const detail = readFileSync(told, "utf8")
        expect(detail).toMatch(/^the hook "before" ended with 3: .*end\ufffd\ufffd\[2K$/su)
        expect(detail.length).toBeLessThan(1000)
        expect(report?.run.detail).toBe(detail)
      })
  )

  it.effect("that cannot be started is a failure with its reason, also when it is refused at once", () =>
    Effect.gen(function* () {
      for (const text of ["a\0b", "x".repeat(3_000_000)])
        expect((yield* warningsOf([command(text)])).join()).toMatch(/^cannot be run: /)
    })
  )

  it.effect("is given texts that no program could take, cut to what it can", () =>
    Effect.gen(function* () {
      expect(yield* command("echo $A", { A: "a\0b", B: "x".repeat(3_000_000) })).toBe("a\ufffdb\n")
    })
  )

  it.effect("that is killed by a fault of the program is told of, as are all that failed", () =>
    Effect.gen(function* () {
      const warnings = yield* warningsOf([
        Effect.dieMessage("fault"),
        Effect.fail(new OutsideFailed("one")),
        Effect.void,
        Effect.fail(new OutsideFailed("two"))
      ])
      expect(warnings).toEqual(["fault", "one", "two"])
    })
  )
})

describe("an address", () => {
  const url = "http://user:s3cret@127.0.0.1:1/s3cret?key=s3cret#s3cret"

  it.effect("that cannot be reached is told of by its host alone, with the reason", () =>
    Effect.gen(function* () {
      for (const address of [
        url,
        "http://127.0.0.1:9/s3cret",
        "http://[bad/s3cret",
        "http://%s3cret",
        "s3cret"
      ]) {
        const result = yield* call(address)
        const message = result._tag === "Left" ? result.left.message : ""
        expect(message).not.toBe("")
        expect(message).not.toContain("s3cret")
      }
      expect(yield* call(url)).toMatchObject({
        left: { message: "127.0.0.1:1 could not be reached (bad port)" }
      })
    })
  )

  it.scoped("with a name and a password in it sends them as a header", () =>
    Effect.gen(function* () {
      const { asked, host } = yield* serverOf((_, response) => response.end())
      yield* call(`http://ada:pass%20word@${host}/hook`, { a: 1 })
      expect(asked).toEqual([
        { method: "POST", url: "/hook", authorization: `Basic ${btoa("ada:pass word")}`, body: '{"a":1}' }
      ])
    })
  )

  it.for([301, 302, 303, 307, 308])("gets nothing sent on to another origin by an answer %i", (status) =>
    Effect.gen(function* () {
      const inner = yield* serverOf((_, response) => response.end())
      const outer = yield* serverOf((_, response) =>
        response.writeHead(status, { location: `${inner.base}/s3cret` }).end()
      )
      for (const body of [undefined, { a: 1 }]) {
        const result = yield* call(`${outer.base}/hook`, body)
        if (status !== 303)
          expect(result).toMatchObject({
            left: {
              message: `${outer.host} redirects to ${inner.base}, which is not followed: enter that address if it is the right one`
            }
          })
      }
      expect(outer.asked).toHaveLength(2)
      expect(inner.asked).toEqual([])
    }).pipe(Effect.scoped, Effect.runPromise)
  )

  it.scoped("is followed on its own origin, with what was sent, but not for ever", () =>
    Effect.gen(function* () {
      const { asked, base, host } = yield* serverOf((request, response) =>
        request.url === "/there"
          ? response.end()
          : response.writeHead(307, { location: request.url === "/round" ? "/round" : "/there" }).end()
      )
      expect(yield* call(`${base}/hook`, { a: 1 })).toMatchObject({ _tag: "Right" })
      expect(asked.map(({ url, body }) => [url, body])).toEqual([
        ["/hook", '{"a":1}'],
        ["/there", '{"a":1}']
      ])
      expect(yield* call(`${base}/round`)).toMatchObject({
        left: { message: `${host} redirects again and again` }
      })
    })
  )

  it("is read when it is entered; what is wrong is said without it", () => {
    const wrong = (fields: unknown): string => {
      try {
        decodeProfile(fields)
        return ""
      } catch (error) {
        return String(error)
      }
    }
    const profile = { name: "p", when: ["daily 3:00"] }
    for (const bad of [
      ...[
        "http://[bad/s3cret",
        "http://h:99999/s3cret",
        "ftp://h/s3cret",
        "javascript:s3cret",
        "https://",
        "s3cret"
      ],
      ...[
        "https://h/s3cret\n",
        "https:// h/s3cret",
        ["https://h/s3cret"],
        { url: "s3cret" },
        `https://h/${"s3cret".repeat(1000)}`
      ]
    ])
      for (const field of ["webhook", "heartbeat"]) {
        const said = wrong({ ...profile, [field]: bad })
        expect(said).toContain(
          `${field}: it ${typeof bad === "string" ? "is not an address" : "must be a text"}`
        )
        expect(said).not.toContain("s3cret")
      }
    for (const odd of ["https://h/s3cret", ["https://h/s3cret"], { ...profile, webhok: "https://h/s3cret" }])
      expect(wrong(odd)).not.toMatch(/s3cret|^$/)
    expect(wrong({ ...profile, hooks: { before: "a\0b" } })).toContain("no NUL")
    expect(decodeProfile({ ...profile, webhook: "HTTPS://user:pw@h:8443/x" }).webhook).toContain("pw")
  })
})
