// Runs in an empty folder outside the workspace, where npm has installed the packed tarballs: what a developer who
// adds the packages to a project of their own would do first.
import assert from "node:assert/strict"
import { backupVersion, formatBackupSize } from "@white-room/core"
import { createLibrary, openLibrary } from "@white-room/store"
import * as Effect from "effect/Effect"

const song = { id: "s1", name: "Night Drive", songDataJSON: '{"tempo":96}', determinismSeed: "7" }

const program = Effect.gen(function* () {
  yield* createLibrary("library.db")
  const library = yield* openLibrary("library.db")
  yield* library.songs.create(song)
  const backup = yield* library.backups.take({ description: "first" })
  yield* library.songs.delete("s1")
  const result = yield* library.backups.restore(`b${backup.number}`)
  const back = yield* library.songs.read("s1")
  const report = yield* library.upkeep.check({ level: "full" })
  return { backup, result, back, report }
})

const { backup, result, back, report } = await Effect.runPromise(Effect.scoped(program))
assert.equal(backup.version, backupVersion)
assert.equal(result.songsRestored, 1)
assert.equal(back.songDataJSON, song.songDataJSON)
assert.equal(report.ok, true)
console.log(
  `b${backup.number} holds ${backup.songs} song, ${formatBackupSize(backup.size)}; restored and checked.`
)
