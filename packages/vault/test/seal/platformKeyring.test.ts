/** The keyring of each system, by a program of its name that says what it was given: no secret but on stdin. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { newIdentity } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { keyFile, platformKeyring, readKeyFile, removeKeyFile, writeKeyFile } from "../../src/index.js"
import { temporaryFolder } from "../support/temporaryFolder.js"

const vault = "0b0a7c1e-5f0d-4c53-9a33-2f3c6a1d9e10"
const { identity } = await newIdentity()

/**
 * A folder with programs that note their arguments, environment and stdin, and keep what they are given in a file; the
 * last word of the name of a call tells what they do.
 */
const programs = Effect.map(temporaryFolder, (folder) => {
  const script = `#!${process.execPath}
const fs = require("node:fs")
const [, file, ...args] = process.argv
const name = require("node:path").basename(file)
const input = fs.readFileSync(0, "utf8")
const log = ${JSON.stringify(path.join(folder, "calls"))}
const kept = ${JSON.stringify(path.join(folder, "kept"))}
fs.appendFileSync(log, JSON.stringify({ name, args, input, env: process.env }) + "\\n")
if (fs.existsSync(${JSON.stringify(path.join(folder, "locked"))})) process.exit(1)
const encoded = args.at(-1) ?? ""
const what = name === "powershell.exe" ? Buffer.from(encoded, "base64").toString("utf16le") : args.join(" ") + input
if (/^(?:store|-i)/.test(args[0])) fs.writeFileSync(kept, /-w (\\S+)/.exec(input)?.[1] ?? input)
else if (/^(?:lookup|find)/.test(args[0])) process.stdout.write(fs.readFileSync(kept, "utf8") + "\\n")
else if (/^(?:clear|delete)/.test(args[0])) fs.rmSync(kept)
else if (what.includes("::Protect(")) process.stdout.write(Buffer.from(input).toString("base64"))
else if (what.includes("::Unprotect(")) process.stdout.write(Buffer.from(input, "base64").toString())
`
  for (const name of ["security", "secret-tool", "powershell.exe"])
    fs.writeFileSync(path.join(folder, name), script, { mode: 0o755 })
  const calls = (): ReadonlyArray<Record<"name" | "input", string> & { args: Array<string>; env: object }> =>
    fs
      .readFileSync(path.join(folder, "calls"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
  const env = {
    PATH: folder,
    HOME: folder,
    DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere",
    AWS_SECRET_ACCESS_KEY: "not yours",
    WHITEROOM_PASSPHRASE: "nor this"
  }
  return { folder, calls, env }
})

const dpapiScript = (args: ReadonlyArray<string>) =>
  Buffer.from(args.at(-1) ?? "", "base64").toString("utf16le")

describe.each([
  {
    platform: "darwin" as const,
    stored: `keyring keychain`,
    expected: [
      {
        name: "security",
        args: ["-i"],
        input: `add-generic-password -U -s "White Room vault" -a ${vault} -w ${identity}\n`
      },
      {
        name: "security",
        args: ["find-generic-password", "-s", "White Room vault", "-a", vault, "-w"],
        input: ""
      },
      {
        name: "security",
        args: ["find-generic-password", "-s", "White Room vault", "-a", vault, "-w"],
        input: ""
      },
      {
        name: "security",
        args: ["delete-generic-password", "-s", "White Room vault", "-a", vault],
        input: ""
      }
    ]
  },
  {
    platform: "linux" as const,
    stored: `keyring secret-service`,
    expected: [
      {
        name: "secret-tool",
        args: ["store", `--label=White Room vault ${vault}`, "service", "white-room", "vault", vault],
        input: identity
      },
      { name: "secret-tool", args: ["lookup", "service", "white-room", "vault", vault], input: "" },
      { name: "secret-tool", args: ["lookup", "service", "white-room", "vault", vault], input: "" },
      { name: "secret-tool", args: ["clear", "service", "white-room", "vault", vault], input: "" }
    ]
  },
  {
    platform: "win32" as const,
    stored: `keyring dpapi ${Buffer.from(identity).toString("base64")}`,
    expected: [
      { name: "powershell.exe", input: identity },
      { name: "powershell.exe", input: Buffer.from(identity).toString("base64") },
      { name: "powershell.exe", input: Buffer.from(identity).toString("base64") }
    ]
  }
])("the keyring of $platform", ({ platform, stored, expected }) => {
  it.scoped(
    "keeps the key, gives it and forgets it; the file beside the settings only says where it is",
    () =>
      Effect.gen(function* () {
        const { folder, calls, env } = yield* programs
        const file = keyFile(folder, vault)
        yield* writeKeyFile(file, vault, identity, platformKeyring(env, platform))
        expect(fs.readFileSync(file, "utf8")).toBe(`# opens the White Room vault ${vault}\n${stored}\n`)
        expect(yield* readKeyFile(file, env)).toBe(identity)
        yield* removeKeyFile(file, env)
        expect(fs.existsSync(file)).toBe(false)
        expect(calls()).toMatchObject(expected)
        for (const { args, env: seen } of calls()) {
          expect(args.join(" ") + JSON.stringify(seen)).not.toMatch(/AGE-SECRET|not yours|nor this/)
          if (platform === "win32") {
            expect(args.slice(0, 3)).toEqual(["-NoProfile", "-NonInteractive", "-EncodedCommand"])
            expect(dpapiScript(args)).toMatch(
              /Console\]::In\.ReadToEnd[\s\S]*ProtectedData\]::(?:Unp|P)rotect\(.*'CurrentUser'/
            )
            expect(dpapiScript(args)).not.toContain("AGE-SECRET")
          }
        }
      })
  )

  it.scoped(
    "that is locked or away leaves the key in the file, and a key that it has is said to be there",
    () =>
      Effect.gen(function* () {
        const { folder, env } = yield* programs
        const file = keyFile(folder, vault)
        yield* writeKeyFile(file, vault, identity, platformKeyring(env, platform))
        fs.writeFileSync(path.join(folder, "locked"), "")
        const refused = yield* Effect.flip(readKeyFile(file, env))
        expect(refused).toMatchObject({ _tag: "StorageFailed" })
        expect(refused.message + refused.recovery).not.toContain("AGE-SECRET")
        for (const now of [env, { ...env, PATH: "" }]) {
          yield* writeKeyFile(file, vault, identity, platformKeyring(now, platform))
          expect(fs.readFileSync(file, "utf8")).toContain(identity)
          expect(fs.statSync(file).mode & 0o077).toBe(0)
          expect(yield* readKeyFile(file, now)).toBe(identity)
        }
      })
  )
})

it("there is none without a desktop on Linux, and where it is not wanted", () => {
  expect(platformKeyring({ PATH: "/usr/bin" }, "linux")).toBeUndefined()
  expect(platformKeyring({ WHITEROOM_KEYRING: "file" }, "darwin")).toBeUndefined()
  expect(platformKeyring({}, "freebsd")).toBeUndefined()
})
