/** A damaged file is mended, though what is to take its place would by chance have its name. */
import crypto from "node:crypto"
import * as fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import * as path from "node:path"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { vi } from "vitest"
import { checkVault, folderBlobs, listLines, repairVault } from "../src/index.js"
import { newLibrary, pushHome, song, temporaryFolder, withVault } from "./support/library.js"

const chance = { numbers: [7, 7, 8] }

/** For what is built too, which vitest does not load. */
const givenNumbers = Effect.acquireRelease(
  Effect.sync(() => {
    const spy = vi.spyOn(crypto, "randomInt").mockImplementation(() => chance.numbers.shift() ?? 0)
    syncBuiltinESMExports()
    return spy
  }),
  (spy) =>
    Effect.sync(() => {
      spy.mockRestore()
      syncBuiltinESMExports()
    })
)

it.scoped("another one is made until its name is free", () =>
  Effect.gen(function* () {
    yield* givenNumbers
    const folder = yield* temporaryFolder
    const library = yield* newLibrary
    const vault = yield* withVault(library, folderBlobs(folder))
    yield* library.songs.create(song("a"))
    yield* pushHome(library, vault)
    const names = new Set<string>()
    for (const left of [2, 0]) {
      const [listed] = (yield* listLines(vault)).flatMap((line) => line.segments)
      names.add(listed?.name ?? "")
      const file = path.join(folder, listed?.name ?? "")
      fs.chmodSync(file, 0o600)
      const bytes = fs.readFileSync(file)
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
      fs.writeFileSync(file, bytes)
      expect(yield* repairVault(library, vault)).toMatchObject({
        ok: true,
        sent: 1,
        damaged: [{ mended: true }]
      })
      expect(fs.existsSync(file)).toBe(false)
      expect(chance.numbers).toHaveLength(left)
      expect((yield* checkVault(vault, { level: "full" })).ok).toBe(true)
    }
    expect(names.size).toBe(2)
  })
)
