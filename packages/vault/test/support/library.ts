/** Real libraries, and the sqlite3 shell as an app that does not know us. */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { genesis } from "@white-room/core"
import { createLibrary, type Library, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"
import {
  type Blobs,
  type KnownVault,
  makeVault,
  memoryBlobs,
  push,
  type Vault,
  vaultRecords
} from "../../src/index.js"

export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(path.join(tmpdir(), "white-room-test-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
)

/** Runs SQL as another program does. */
export const sqlite = (file: string, ...statements: ReadonlyArray<string>): string =>
  execFileSync("sqlite3", ["-batch", "-bail", file], {
    input: `.timeout 5000\n${statements.map((each) => (each.startsWith(".") ? each : `${each};`)).join("\n")}\n`,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"]
  }).trimEnd()

export const song = (id: string, text = id) => ({
  id,
  name: `Song ${id}`,
  songDataJSON: JSON.stringify({ id, text, notes: `${text} `.repeat(40) }),
  determinismSeed: `seed-${id}`
})

/** What a library is, to the byte: its log with hashes, its commands, its live rows, its backups. */
export const contents = (file: string): string => {
  const tables = {
    event_log: "position",
    command: "number",
    backup_catalog: "number",
    song_data: "1",
    performance_data: "1",
    user_preferences: "1"
  }
  return sqlite(
    file,
    ".mode quote",
    ...Object.entries(tables).flatMap(([table, order]) => [
      `SELECT '-- ${table}'`,
      `SELECT * FROM ${table} ORDER BY ${order}`
    ]),
    "SELECT library_id, hex(tree_root) IS NOT NULL FROM library_info"
  )
}

export const newLibrary = Effect.gen(function* () {
  const file = path.join(yield* temporaryFolder, "library.db")
  yield* createLibrary(file)
  return yield* openLibrary(file, { actor: "ada@studio" })
})

/** A library with everything that can be in a log: backups of all kinds, app columns, deletions, restores, an import. */
export const fullLibrary = Effect.gen(function* () {
  const library = yield* newLibrary
  for (const id of ["a", "b", "c"]) yield* library.songs.create(song(id))
  yield* library.performances.create({
    id: "p",
    name: "Live",
    songId: "a",
    duration: 3,
    performanceDataJSON: "[]"
  })
  yield* library.preferences.upsert({ theme: "dark" })
  yield* library.backups.take({ description: "first", tags: ["tour"] })
  sqlite(
    library.path,
    "ALTER TABLE song_data ADD COLUMN plays INTEGER NOT NULL DEFAULT 7",
    "ALTER TABLE song_data ADD COLUMN odd",
    "UPDATE song_data SET plays = 9223372036854775807, odd = x'00ff' WHERE id = 'b'",
    `UPDATE song_data SET song_data_json = CAST(x'7b22c328227d' AS TEXT) WHERE id = 'c'`
  )
  yield* library.log.capture
  yield* library.backups.take({ description: "second" })
  yield* library.songs.delete("a")
  const [first] = yield* library.backups.list()
  yield* library.backups.restore(first?.backupId ?? "", { mode: "exact" })
  yield* library.backups.take({ description: "last" })
  yield* library.backups.forget(["b2"])
  return library
})

/** A vault in memory, and a library that knows it as `home`. */
export const withVault = (library: Library, blobs: Blobs = memoryBlobs()) =>
  Effect.gen(function* () {
    const vault = yield* makeVault(blobs)
    yield* know(library, vault)
    return vault
  })

export const know = (library: Library, vault: Vault): Effect.Effect<void, unknown> =>
  vaultRecords(library).remember({
    name: "home",
    place: vault.blobs.place,
    vaultId: vault.id,
    line: crypto.randomUUID(),
    pushed: { position: 0, chainHash: genesis },
    pushedAt: 0
  })

export const knownHome = (library: Library): Effect.Effect<KnownVault, unknown> =>
  Effect.flatMap(vaultRecords(library).all, ([known]) =>
    known === undefined ? Effect.die("no vault is known") : Effect.succeed(known)
  )

/** Pushes to `home`, as the library knows it now. */
export const pushHome = (library: Library, vault: Vault) =>
  Effect.flatMap(knownHome(library), (known) => push(library, vault, known))
