// The doors with Effects from CommonJS.
const assert = require("node:assert/strict")
const { rmSync } = require("node:fs")
const { formatBackupSize } = require("@white-room/core")
const { parseRule, showRule } = require("@white-room/scheduler")
const { createLibrary, openLibrary } = require("@white-room/store")
const Effect = require("effect/Effect")

const song = { id: "s1", name: "Night Drive", songDataJSON: '{"tempo":96}', determinismSeed: "7" }
const file = "required.db"

const program = Effect.scoped(
  Effect.gen(function* () {
    yield* createLibrary(file)
    const library = yield* openLibrary(file)
    yield* library.songs.create(song)
    return yield* library.songs.read("s1")
  })
)

const main = async () => {
  rmSync(file, { force: true })
  assert.equal((await Effect.runPromise(program)).name, "Night Drive")
  assert.equal(formatBackupSize(1024), "1.00 KB")
  assert.equal(showRule(parseRule("weekdays 18:00")), "weekdays 18:00")
  console.log("Every door with Effects opens by require.")
}

main()
