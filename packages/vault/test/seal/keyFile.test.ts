import * as fs from "node:fs"
import { dirname } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { newIdentity } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { keyFile, readKeyFile, removeKeyFile, writeKeyFile } from "../../src/index.js"
import { vaultId } from "../support/sealed.js"
import { temporaryFolder } from "../support/temporaryFolder.js"

const begun = Effect.gen(function* () {
  const file = keyFile(yield* temporaryFolder, vaultId)
  const { identity } = yield* Effect.promise(newIdentity)
  yield* writeKeyFile(file, vaultId, identity)
  return { file, identity }
})

describe("the key file of a machine", () => {
  it.scoped("keeps a key for its owner alone, until it is removed", () =>
    Effect.gen(function* () {
      const { file, identity } = yield* begun
      expect(yield* readKeyFile(file)).toBe(identity)
      expect(fs.statSync(file).mode & 0o777).toBe(0o600)
      yield* removeKeyFile(file)
      yield* removeKeyFile(file)
      expect(yield* readKeyFile(file)).toBeUndefined()
    })
  )

  it.scoped("can be written again", () =>
    Effect.gen(function* () {
      const { file } = yield* begun
      const { identity } = yield* Effect.promise(newIdentity)
      yield* writeKeyFile(file, vaultId, identity)
      expect(yield* readKeyFile(file)).toBe(identity)
      expect(fs.readdirSync(dirname(file))).toHaveLength(1)
    })
  )

  it.scoped("is refused when others may read it, and when it is something else", () =>
    Effect.gen(function* () {
      const { file } = yield* begun
      fs.chmodSync(file, 0o644)
      expect(yield* Effect.flip(readKeyFile(file))).toMatchObject({ _tag: "InvalidInput" })
      for (const text of ["", "hello", "x".repeat(100_000)]) {
        fs.writeFileSync(file, text)
        fs.chmodSync(file, 0o600)
        expect(yield* Effect.flip(readKeyFile(file))).toMatchObject({ _tag: "InvalidInput" })
      }
      fs.rmSync(file)
      fs.mkdirSync(file, { mode: 0o700 })
      expect(yield* Effect.flip(readKeyFile(file))).toMatchObject({ _tag: "StorageFailed" })
    })
  )
})
