import { execFileSync } from "node:child_process"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { readIdentities } from "@white-room/store"
import * as Effect from "effect/Effect"
import { encodeQR } from "qr"
import decodeQR from "qr/decode.js"
import { exportKit, groupedFingerprint, listLines, listSlots, openSealed } from "../../src/index.js"
import { temporaryFolder } from "../support/library.js"
import { firstPush, memoryVault, someLibrary } from "../support/sealed.js"

describe("a recovery kit", () => {
  it.scoped("is an identity file that opens the vault, and keeps doing so when keys change", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const library = yield* someLibrary
      yield* firstPush(library, vault)
      const kit = yield* exportKit(vault, { place: "s3://songs/ada's vault" })
      const identities = readIdentities(kit.text)
      expect(identities).toHaveLength(1)
      const opened = yield* openSealed(vault.blobs, { identities })
      expect((yield* listSlots(opened)).slots.map(({ label }) => label)).toEqual(["Ada", "recovery kit"])
    })
  )

  it.scoped("says where what is, and which command brings it back", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const library = yield* someLibrary
      yield* firstPush(library, vault)
      const { text, html } = yield* exportKit(vault, { place: "s3://songs/ada's vault" })
      const { position } = yield* library.log.head
      const [line] = yield* listLines(vault)
      for (const part of [
        vault.id,
        groupedFingerprint(vault.keyring.fingerprint),
        `@${position} `,
        `line ${line?.line.slice(0, 8)} `
      ]) {
        expect(text).toContain(part)
        expect(html).toContain(part)
      }
      expect(text).toContain("whiteroom clone 's3://songs/ada'\\''s vault' --identity kit.txt")
      expect(html).toContain("ada&#39;s vault")
    })
  )

  it.effect("has a command that works for a place with any letters", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const folder = yield* temporaryFolder
      const place = path.join(folder, "a\nb'c\\d\u001b[2Jé $x\u0085")
      const { text, html } = yield* exportKit(vault, { place })
      for (const page of [text, html]) expect(page).toContain("nothing yet: what is pushed later comes too")
      const [, command = ""] = /whiteroom clone (.*) --identity/.exec(text) ?? []
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be in it
      expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f]/)
      expect(execFileSync("bash", ["-c", `printf %s ${command}`], { encoding: "utf8" })).toBe(place)
    }).pipe(Effect.scoped)
  )

  it.effect("as a page has the key as a QR code, and nothing that a place could slip in", () =>
    Effect.gen(function* () {
      const vault = yield* memoryVault()
      const { text, html } = yield* exportKit(vault, {
        place: "/media/<script>alert(1)</script>\n# AGE-SECRET-KEY-1"
      })
      const [identity = ""] = readIdentities(text)
      expect(html).toContain(encodeQR(identity, "svg", { ecc: "quartile" }))
      expect(html).not.toContain("<script")
      const bits = encodeQR(identity, "raw", { ecc: "quartile", scale: 4 })
      const data = Uint8Array.from(bits.flat().flatMap((dark) => (dark ? [0, 0, 0] : [255, 255, 255])))
      expect(decodeQR({ width: bits.length, height: bits.length, data })).toBe(identity)
    })
  )
})
