// Runs where npm has installed the packed tarballs: a full check and a difference of many songs begin their second threads there, from
// files that came in the tarballs, in a program that uses the store and in the bundle of the CLI.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, realpathSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { createLibrary, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"

const library = "threads.db"
const self = fileURLToPath(import.meta.url)

/** A document of 8 KB that hardly compresses: 3,000 of them fill more blocks than one thread opens alone. */
const song = (number, edition) => ({
  id: `s${number}`,
  name: `Song ${number}`,
  songDataJSON: JSON.stringify(
    Array.from({ length: 128 }, (_, each) =>
      createHash("sha256").update(`${edition} ${number} ${each}`).digest("hex")
    )
  ),
  determinismSeed: "7"
})

const make = Effect.gen(function* () {
  yield* createLibrary(library)
  const opened = yield* openLibrary(library)
  for (const edition of [1, 2]) {
    yield* opened.songs.upsertAll(Array.from({ length: 3000 }, (_, number) => song(number, edition)))
    yield* opened.backups.take()
  }
})

const check = Effect.gen(function* () {
  const { ok, level } = yield* (yield* openLibrary(library)).upkeep.check({ level: "full" })
  assert.deepEqual([ok, level], [true, "full"])
})

const diff = Effect.gen(function* () {
  const { changed } = yield* (yield* openLibrary(library)).history.diff("b1", "b2")
  assert.equal(changed.length, 3000)
  assert.ok(changed.every(({ changes }) => changes.length > 0))
})

/** Runs a program, and tells which threads it began: Node says their file, or their text. */
const threadsOf = (...args) => {
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, NODE_DEBUG: "worker", WHITEROOM_LIBRARY: library }
  })
  assert.equal(status, 0, stderr)
  return stderr.split("create new worker ").slice(1)
}

/** One thread that runs a file of this package here. */
const assertFile = (threads, file) => {
  assert.equal(threads.length, 1, threads.join())
  const program = threads[0].split(" {\n")[0]
  assert.ok(existsSync(program), program)
  assert.equal(realpathSync(program), realpathSync(`node_modules/@white-room/${file}`))
}

/** One thread that runs the text that opens blocks. */
const assertText = (threads) => {
  assert.equal(threads.length, 1, threads.join())
  assert.match(threads[0], /brotliDecompressSync/)
}

const asked = { check, diff }[process.argv[2]]
if (asked === undefined) {
  await Effect.runPromise(Effect.scoped(make))
  const cli = "node_modules/@white-room/cli/dist/whiteroom.mjs"
  assertFile(threadsOf(self, "check"), "store/dist/check/checkThread.cjs")
  assertText(threadsOf(self, "diff"))
  assertFile(threadsOf(cli, "check", "--full"), "cli/dist/checkThread.cjs")
  assertText(threadsOf(cli, "diff", "b1", "b2", "--verbose", "--json"))
  console.log("Two threads each for a full check and a difference.")
} else await Effect.runPromise(Effect.scoped(asked))
