/** Letters to a real server of SMTP: who gets them, what is never said in clear, and what is told of a server that does not take them. */
import { readFileSync, writeFileSync } from "node:fs"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import {
  decodeProfile,
  encodeProfile,
  layerOutside,
  type Mail,
  Outside,
  type OutsideService,
  runDue
} from "../src/index.js"
import { parseMailServer } from "../src/Mail.js"
import { sendMail } from "../src/sendMail.js"
import { certificate, mailServer } from "./support/mailServer.js"
import { edit, freshLibrary, morning, temporaryFolder, withProfile } from "./support/worlds.js"

const letter = { subject: "Your songs", text: "All is well.\n.\nThat was a dot.", about: "1" }

const mailTo = (server: string, fields: Partial<Mail> = {}): Mail => ({
  to: ["ada@example.com"],
  server,
  digest: "off",
  ...fields
})

const send = (mail: Mail, { trusted, ...of }: { readonly trusted?: string } & Partial<typeof letter> = {}) =>
  Effect.tryPromise({
    try: (signal) => sendMail(mail, { ...letter, ...of }, { signal, now: morning, trusted }),
    catch: (error) => (error instanceof Error ? error.message : String(error))
  })

/** The headers of a letter, unfolded. */
const headersOf = (text: string): ReadonlyArray<string> =>
  (text.split("\r\n\r\n")[0] ?? "").replace(/\r\n[ \t]+/g, " ").split("\r\n")

describe("a letter", () => {
  it.scopedLive("arrives as it was written, to all, with a name that is the same for the same letter", () =>
    Effect.gen(function* () {
      const { taken, port } = yield* mailServer()
      const mail = mailTo(`smtp://127.0.0.1:${port}`, { to: ["ada@example.com", "bea@example.com"] })
      expect(yield* send(mail)).toEqual([])
      expect(yield* send(mail)).toEqual([])
      const [first, second] = taken
      expect(first).toMatchObject({ from: "ada@example.com", to: mail.to, user: undefined })
      expect(first?.text.split("\r\n\r\n").slice(1).join("\r\n\r\n").trimEnd()).toBe(
        "All is well.\r\n.\r\nThat was a dot."
      )
      const headers = headersOf(first?.text ?? "")
      expect(headers).toEqual(
        expect.arrayContaining(["Subject: Your songs", "Auto-Submitted: auto-generated"])
      )
      const idOf = (text = "") => headersOf(text).find((line) => line.startsWith("Message-ID"))
      expect(idOf(first?.text)).toMatch(/^Message-ID: <[0-9a-f]{32}@example\.com>$/)
      expect(idOf(second?.text)).toBe(idOf(first?.text))
    })
  )

  it.scopedLive("has no header and no reader that a name put into it", () =>
    Effect.gen(function* () {
      const { taken, port } = yield* mailServer()
      const hostile = [
        "Night\r\nBcc: eve@evil.example\r\n\r\nFree songs",
        "Night\nTo: eve@evil.example",
        "\u2028Bcc: eve@evil.example\u0000\u001b[2J",
        `${"x".repeat(2000)}\r\nRCPT TO:<eve@evil.example>`,
        "Ünïcode 夜 =?utf-8?q?Bcc=3A_eve=40evil.example?="
      ]
      for (const subject of hostile)
        yield* send(mailTo(`smtp://127.0.0.1:${port}`), { subject, text: `${subject}\r\n.\r\nQUIT\r\n` })
      expect(taken).toHaveLength(hostile.length)
      for (const { to, text } of taken) {
        expect(to).toEqual(["ada@example.com"])
        const names = headersOf(text).map((line) => line.split(":")[0])
        expect(names.filter((name) => /^(?:bcc|cc|rcpt to)$/i.test(name ?? ""))).toEqual([])
        expect(names.filter((name) => name === "To" || name === "Subject")).toEqual(["To", "Subject"])
      }
    })
  )

  it.scopedLive("is encrypted before anything is said, or not sent at all", () =>
    Effect.gen(function* () {
      const { private: key, cert } = yield* certificate
      const plain = yield* mailServer()
      // Not this machine, as far as anybody knows by its name.
      const refused = yield* Effect.flip(send(mailTo(`smtp://0.0.0.0:${plain.port}`)))
      expect(refused).toMatch(/^0\.0\.0\.0 does not encrypt/)
      expect(plain.taken).toEqual([])
      const starting = yield* mailServer({ key, cert, disabledCommands: [] })
      expect(yield* Effect.flip(send(mailTo(`smtp://0.0.0.0:${starting.port}`)))).toMatch(/certificate/)
      expect(starting.taken).toEqual([])
      yield* send(mailTo(`smtp://0.0.0.0:${starting.port}`), { trusted: cert })
      expect(starting.taken).toMatchObject([{ secure: true }])
      const whole = yield* mailServer({ key, cert, secure: true })
      expect(yield* Effect.flip(send(mailTo(`smtps://127.0.0.1:${whole.port}`)))).toMatch(
        /certificate|reached/
      )
      yield* send(mailTo(`smtps://127.0.0.1:${whole.port}`), { trusted: cert })
      expect(whole.taken).toMatchObject([{ secure: true }])
    })
  )

  it.scopedLive("goes out with the password of a file, which no error and no library repeats", () =>
    Effect.gen(function* () {
      const { private: key, cert } = yield* certificate
      const { taken, counts, port } = yield* mailServer({
        ...{ key, cert, secure: true, authOptional: false },
        onAuth: ({ username, password }, _, done) =>
          password === "s3cret line" ? done(null, { user: username }) : done(new Error("no: s3cret"))
      })
      const passwordFile = join(yield* temporaryFolder, "password")
      writeFileSync(passwordFile, "s3cret line\nand no more of it\n")
      const mail = mailTo(`smtps://127.0.0.1:${port}`, { user: "ada", passwordFile })
      yield* send(mail, { trusted: cert })
      expect(taken).toMatchObject([{ user: "ada" }])
      writeFileSync(passwordFile, "s3cret but wrong\n")
      const wrong = yield* Effect.flip(send(mail, { trusted: cert }))
      expect(wrong).toBe("127.0.0.1 does not take the user and the password (535)")
      const before = counts.connections
      const gone = yield* Effect.flip(
        send({ ...mail, passwordFile: `${passwordFile}-gone` }, { trusted: cert })
      )
      expect(gone).toMatch(/was not asked: the file of its password is not there/)
      expect(gone).not.toContain(passwordFile)
      expect(counts.connections).toBe(before)
      expect(encodeProfile(decodeProfile({ name: "daily", when: ["daily 18:00"], mail }))).not.toContain(
        "s3cret"
      )
    })
  )

  it.scopedLive("says which address was not taken, and fails when none was", () =>
    Effect.gen(function* () {
      const { taken, port } = yield* mailServer({
        onRcptTo: ({ address }, _, done) => (address.startsWith("ada") ? done() : done(new Error("who?")))
      })
      const to = (...readers: [string, ...Array<string>]) =>
        mailTo(`smtp://127.0.0.1:${port}`, { to: readers })
      expect(yield* send(to("ada@example.com", "bea@example.com"))).toEqual(["bea@example.com"])
      expect(yield* Effect.flip(send(to("bea@example.com")))).toMatch(/does not take mail .* \(550\)$/)
      expect(taken).toHaveLength(1)
    })
  )

  it.scopedLive("fails in a sentence where nobody answers, or something else does", () =>
    Effect.gen(function* () {
      const answering = (greet: (socket: Socket) => void) =>
        Effect.map(
          Effect.acquireRelease(
            Effect.async<ReturnType<typeof createServer>>((resume) => {
              const made = createServer(greet).listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
            }),
            (made) => Effect.async<void>((resume) => void made.close(() => resume(Effect.void)))
          ),
          (made) => (made.address() as AddressInfo).port
        )
      const web = yield* answering((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
      const silent = yield* answering((socket) => socket.destroy())
      for (const port of [web, silent])
        expect(yield* Effect.flip(send(mailTo(`smtp://127.0.0.1:${port}`)))).toMatch(
          /^127\.0\.0\.1 (?:does not answer|could not be reached|hung up|did not)/
        )
      expect(yield* Effect.flip(send(mailTo("smtp://127.0.0.1:1")))).toBe(
        "127.0.0.1 could not be reached (ECONNREFUSED)"
      )
    })
  )

  it.scoped("is not waited for longer than a minute, and its connection ends", () =>
    Effect.gen(function* () {
      const ended: Array<string> = []
      const open = yield* Effect.acquireRelease(
        Effect.async<ReturnType<typeof createServer>>((resume) => {
          const made = createServer((socket) => {
            ended.push("came")
            socket.on("close", () => ended.push("went")).on("error", () => undefined)
          }).listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
        }),
        (made) => Effect.async<void>((resume) => void made.close(() => resume(Effect.void)))
      )
      const mail = mailTo(`smtp://127.0.0.1:${(open.address() as AddressInfo).port}`)
      const waiting = yield* Effect.fork(
        Effect.flip(
          Effect.flatMap(Outside, (outside) => outside.mail(mail, letter)).pipe(Effect.provide(layerOutside))
        )
      )
      yield* Effect.promise(() => expect.poll(() => ended).toEqual(["came"]))
      yield* TestClock.adjust(Duration.minutes(1))
      expect((yield* Fiber.join(waiting)).message).toBe("127.0.0.1 did not answer in 1m")
      yield* Effect.promise(() => expect.poll(() => ended).toEqual(["came", "went"]))
    })
  )
})

describe("mail of a profile", () => {
  const wrong = (mail: unknown): string => {
    try {
      decodeProfile({ name: "daily", when: ["daily 18:00"], mail } as never)
      return "accepted"
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  const server = "smtps://mail.example.com"

  it.each([
    "ada",
    "ada@",
    "@example.com",
    "ada@example.com\r\nBcc: eve@evil.example",
    "ada@example.com, eve@evil.example",
    "<ada@example.com> NOTIFY=NEVER",
    "ada @example.com",
    "ada@example.com>",
    `${"a".repeat(65)}@example.com`,
    ""
  ])("is for addresses, and %j is none", (to) => {
    expect(wrong({ to: [to], server })).toContain(
      "mail to (1): it must be an address such as ada@example.com"
    )
  })

  it.each([
    "mail.example.com",
    "http://mail.example.com",
    "smtp://ada:s3cret@mail.example.com",
    "smtps://mail.example.com/s3cret",
    "smtps://mail.example.com?s3cret",
    "smtp://",
    "smtp://mail.example.com:99999",
    "smtp://mail\r\nRCPT"
  ])("names a server, and %j is none; nothing of it is repeated", (address) => {
    const said = wrong({ to: ["ada@example.com"], server: address })
    expect(said).toContain("mail server: it must be a server such as smtps://mail.example.com")
    expect(said).not.toContain("s3cret")
  })

  it("has a user and a password, or neither", () => {
    expect(wrong({ to: ["ada@example.com"], server, user: "ada" })).toContain("both user and passwordFile")
    expect(wrong({ to: ["ada@example.com"], server, user: "a\nb", passwordFile: "/p" })).not.toBe("accepted")
    expect(wrong({ to: ["ada@example.com"], server, digest: "someday" })).toContain("mail digest")
    expect(wrong({ to: ["ada@example.com"], server, user: "ada", passwordFile: "/p" })).toBe("accepted")
  })

  it.scoped("is sent when runs begin to fail, once, and not while a disk is away", () =>
    Effect.gen(function* () {
      const library = yield* freshLibrary
      yield* edit(library, "first")
      const mail = { to: ["ada@example.com"], server, digest: "off" } as const
      yield* withProfile(library, { when: ["every hour"], mail, hooks: { before: "exit 3" } })
      const subjects: Array<string> = []
      const outside: Partial<OutsideService> = {
        mail: (_, { subject, text }) =>
          Effect.sync(() => {
            subjects.push(`${subject.split(":")[0]}|${/Why +(.*)/.exec(text)?.[1]}`)
            return []
          })
      }
      const withMail = Effect.flatMap(Outside, (real) =>
        Effect.provideService(runDue(library), Outside, { ...real, ...outside })
      ).pipe(Effect.provide(layerOutside))
      for (let n = 0; n < 5; n++) {
        yield* withMail
        yield* TestClock.adjust("1 hour")
      }
      expect(subjects).toEqual([`A backup did not work|the hook "before" ended with 3`])
      expect(readFileSync(library.path, "latin1")).not.toContain("password")
    })
  )
})

it("only this machine is this machine: a name that begins like its address is spoken to encrypted alone", () => {
  const isHere = (server: string) => parseMailServer(server).isHere
  expect(["smtp://localhost", "smtp://127.0.0.1:25", "smtp://127.1.2.3", "smtp://[::1]"].map(isHere)).toEqual(
    [true, true, true, true]
  )
  expect(
    ["smtp://127.evil.example", "smtp://127.0.0.1.evil.example", "smtp://localhost.evil.example"].map(isHere)
  ).toEqual([false, false, false])
})
