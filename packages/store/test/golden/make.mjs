// Makes the golden library of the format that this program writes, and what it must be found to hold:
//
//   npm run build && node packages/store/test/golden/make.mjs [NAME]
//
// Everything in it is made up here, chance and clock included, so that it comes out the same every time. A golden
// library that was ever committed stays as it is: later formats add theirs (see CONTRIBUTING.md).
import crypto from "node:crypto"
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { tmpdir } from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"
import Sqlite from "better-sqlite3"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { liveRows, tellAll } from "./tell.mjs"

// Chance: as good as any, and always the same. Before the store is loaded, which takes it from node:crypto.
let drawn = 0
crypto.randomBytes = (size) =>
  crypto.createHash("sha512").update(`golden ${drawn++}`).digest().subarray(0, size)
crypto.randomUUID = () => {
  const hex = crypto.randomBytes(16).toString("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}
syncBuiltinESMExports()
const { createLibrary, openLibrary } = await import("../../dist/index.js")
const { formatVersion } = await import("../../dist/session/Session.js")
const { openReader, packDense, takeLine } = await import("../../dist/transfer.js")

const hour = 3_600_000
let time = Date.parse("2026-03-02T09:00:00Z")
const clock = {
  ...Clock.make(),
  unsafeCurrentTimeMillis: () => time,
  currentTimeMillis: Effect.sync(() => time),
  unsafeCurrentTimeNanos: () => BigInt(time) * 1_000_000n,
  currentTimeNanos: Effect.sync(() => BigInt(time) * 1_000_000n)
}
const run = (effect) => Effect.runPromise(Effect.scoped(Effect.withClock(effect, clock)))

const folder = mkdtempSync(path.join(tmpdir(), "white-room-golden-"))
const file = path.join(folder, "library.db")
await run(createLibrary(file))

/** The app: a program of its own that writes to the same tables. */
const app = (...statements) => {
  time += hour
  const db = new Sqlite(file)
  for (const statement of statements) db.exec(statement)
  db.close()
}

/** States of the live tables by the names of what holds them. */
const states = {}
const noteState = (name) => {
  const db = new Sqlite(file, { readonly: true })
  states[name] = liveRows(db)
  db.close()
}

const act = async (body, actor = "ada@studio") => {
  time += hour
  return run(Effect.flatMap(openLibrary(file, { actor }), body))
}
const backup = async (options) => {
  const { number } = await act((library) => library.backups.take(options))
  noteState(`b${number}`)
  return number
}
/** Also the state at a position, where no backup holds it. */
const noteMoment = async () => {
  const { position } = await act((library) => Effect.zipRight(library.log.capture, library.log.head))
  noteState(`@${position}`)
}

const notes = (count, step) =>
  Array.from({ length: count }, (_, index) => ({
    pitch: 40 + ((index * step) % 44),
    time: index / 4,
    duration: 0.25 + (index % 3) / 4,
    velocity: 60 + ((index * 13) % 60)
  }))
const arrangement = (name, { tempo, count, step, more = {} }) =>
  JSON.stringify({
    version: "1.0",
    metadata: { title: name, tempo },
    tracks: [{ name: "Lead", notes: notes(count, step) }],
    ...more
  })
const song = (id, name, more = {}) => ({
  id,
  name,
  composer: "Golden Ensemble",
  songDataJSON: arrangement(name, { tempo: 96, count: 24, step: 5 }),
  determinismSeed: `seed-${id}`,
  ...more
})
const performance = (id, name, songId, more = {}) => ({
  ...{ id, name, songId, duration: 61.5, tags: ["live"] },
  performanceDataJSON: JSON.stringify({ take: id, tempoCurve: [96, 98.25, 95.5] }),
  ...more
})

// A tour of all that a library can hold.
await act((library) =>
  library.imports.entities({
    source: "golden tour",
    songs: [
      song("night-drive", "Night Drive", { genre: "synthwave", key: "A minor", duration: 185.25 }),
      song("etude", "Étude nº 1 ☕ 夜行", {
        description: "Cafe\u0301 and Café differ",
        customMetadata: { clé: "ré ♭", empty: "" }
      }),
      song("sketch", "Sketch", { composer: undefined, songDataJSON: "not JSON: a sketch of 12 bars" }),
      song("doomed", "Doomed"),
      song("symphony", "Symphony", {
        songDataJSON: arrangement("Symphony", { tempo: 60, count: 260, step: 7 })
      })
    ],
    performances: [
      performance("p-night", "Night Drive, take 1", "night-drive"),
      performance("p-doomed", "Doomed live", "doomed")
    ],
    preferences: [
      {
        userId: "default",
        displayName: "Ada",
        theme: "dark",
        customPreferences: { colours: ["#111", "#eee"] }
      }
    ]
  })
)
await backup({ description: "first of all", tags: ["tour", "Ünïcode ♪"], pinned: true })

await act((library) =>
  library.songs.upsert(
    song("night-drive", "Night Drive", {
      songDataJSON: arrangement("Night Drive", { tempo: 104, count: 30, step: 5 })
    })
  )
)
await act((library) =>
  library.performances.upsert(
    performance("p-night", "Night Drive, take 2", "night-drive", { isFavorite: true, tags: [] })
  )
)
await act((library) => library.preferences.upsert({ userId: "default", theme: "light" }))
await act((library) => library.songs.create(song("command", "Repeatable"), { commandId: "golden-command-1" }))
await noteMoment()
await act((library) => library.songs.delete("doomed"))
await act((library) => library.performances.delete("p-doomed"))
await act((library) => library.preferences.upsert({ userId: "guest", theme: "dark" }))
await act((library) => library.preferences.delete("guest"))
await backup({ trigger: "scheduled", profile: "daily", description: "without Doomed" })

// The app has columns, types and bytes of its own, and was never told of us.
app(
  "ALTER TABLE song_data ADD COLUMN mood TEXT DEFAULT 'calm'",
  "UPDATE song_data SET mood = 'wild', duration = 200 WHERE id = 'night-drive'"
)
app(
  `INSERT INTO song_data(id, name, composer, duration, created_at, updated_at, song_data_json, determinism_seed, mood)
   VALUES('odd', CAST(x'4f6464ff00c328' AS TEXT), x'00ff', '3:20', '2026-01-02 03:04:05.678', '2026-01-02 03:04:05.678',
          CAST(x'7b22f09d84' AS TEXT), 9223372036854775807, NULL)`,
  `INSERT INTO song_data(id, name, description, created_at, updated_at, song_data_json, determinism_seed)
   VALUES(CAST(x'ff6964' AS TEXT), '', '${"long words ".repeat(150)}', '', '', x'0001feff', -0.1)`,
  "UPDATE user_preferences SET show_tooltips = 'yes', default_sample_rate = 44100.5 WHERE user_id = 'default'",
  "UPDATE performance_data SET tags = NULL, duration = 1e300 WHERE id = 'p-night'"
)
await backup({ description: "what the app wrote" })
app("DELETE FROM song_data WHERE id = 'sketch'")
await noteMoment()

// Restores, a safety backup each, and ways back.
await act((library) => library.backups.restore("b1", { only: [{ kind: "song", id: "night-drive" }] }))
await act(
  (library) =>
    library.backups.restore("b1", {
      only: [{ kind: "performance", id: "p-doomed" }],
      asCopy: true
    }),
  "bo@laptop"
)
await act((library) => library.backups.restore("b2", { mode: "exact" }))
await noteMoment()
await act((library) => library.history.undo())
await noteMoment()

// The trash: one back out of it, one gone for good, one waiting in it.
const passing = await backup({ description: "will expire" })
await act((library) => library.songs.upsert(song("late", "Late Song")))
await act((library) =>
  library.backups.edit("b3", { description: "what the app wrote, edited", tags: ["app"], pinned: true })
)
await act((library) => library.backups.forget(["b2"], "a mistake"))
await act((library) => library.backups.undelete("b2"))
const imported = await backup({ trigger: "imported", description: "from elsewhere" })
await act((library) => library.backups.forget([`b${passing}`], "by hand"))
for (const days of [8, 2]) {
  time += days * 24 * hour
  await act((library) => library.upkeep.prune({ keepEditsDays: 60 }))
}
delete states[`b${passing}`]

// Sealed blocks hold what the backups and prune packed; what follows stays loose, or noted only.
await act((library) =>
  library.songs.upsert(
    song("last", "Last, Loose", { songDataJSON: arrangement("Last", { tempo: 72, count: 40, step: 3 }) })
  )
)
const last = await backup({ description: "the last one" })
await act((library) => library.backups.forget([`b${imported}`], "waits in the trash"))
await act((library) =>
  library.songs.upsert(
    song("loose", "Loose", { songDataJSON: arrangement("Loose", { tempo: 81, count: 8, step: 11 }) })
  )
)

// Another computer with the same library: both went on, and what was done there is taken in.
const elsewhere = path.join(folder, "elsewhere.db")
copyFileSync(file, elsewhere)
const point = await act((library) => library.log.head)
const there = await run(
  Effect.gen(function* () {
    const other = yield* openLibrary(elsewhere, { actor: "bo@laptop" })
    yield* other.songs.upsert(song("late", "Late Song, edited on the laptop"))
    yield* other.songs.create(song("laptop", "Made on the Laptop"))
    const reader = yield* openReader(other)
    return yield* reader.read(function* (snapshot) {
      const run = snapshot.runAfter(point.position, 100)
      const needed = run.events.flatMap((event, index) => snapshot.neededBy(event, run.first + index))
      const objects = needed.map((hash) => ({ hash, bytes: snapshot.object(hash, undefined).bytes.slice() }))
      return { run, block: packDense(objects).data }
    })
  })
)
await act((library) => library.songs.upsert(song("last", "Last, Loose, edited here")))
await act((library) => {
  const line = { line: crypto.randomUUID(), device: "bo@laptop", from: point, isOnPath: () => false }
  const taker = takeLine(library, line)
  const given = taker.take((receiver) => {
    receiver.objects(there.block)
    receiver.events(there.run)
  })
  return Effect.zipRight(given, taker.apply())
})
await act((library) => library.upkeep.check({ level: "full" }))

const known = await act((library) =>
  Effect.gen(function* () {
    const { damaged } = yield* library.upkeep.check({ level: "full" })
    if (damaged.length > 0) throw new Error(`the golden library is damaged: ${JSON.stringify(damaged)}`)
    return yield* tellAll(library)
  })
)
noteState("now")

const types = new Set(known.events.map((line) => line.split(" ")[1]))
const db = new Sqlite(file)
// Where it was made is nobody's business; and a copy gets an epoch of its own anyway.
db.exec("UPDATE library_info SET file_identity = 'golden'")
const [loose, sealed] = ["number >= 1099511627776", "number < 1099511627776"].map((which) =>
  db.prepare(`SELECT count(*) FROM block WHERE ${which}`).pluck().get()
)
db.pragma("wal_checkpoint(TRUNCATE)")
db.close()

const here = path.dirname(fileURLToPath(import.meta.url))
const target = path.join(here, process.argv[2] ?? `format-${formatVersion}`)
renameSync(file, `${target}.library`)
writeFileSync(
  `${target}.json`,
  `${JSON.stringify({ format: formatVersion, ...known, states }, undefined, 1)}\n`
)
rmSync(folder, { recursive: true })
console.log(
  `${target}: ${types.size} event types, ${loose} loose and ${sealed} sealed blocks, last backup b${last}`
)
