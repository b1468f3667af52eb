// A library that is edited and pushed for days, minute by minute as the daemon does, in a time of its own.
import { rmSync } from "node:fs"
import { genesis } from "@white-room/core"
import { createLibrary, openLibrary } from "@white-room/store"
import {
  counting,
  knownVault,
  listLines,
  makeVault,
  memoryBlobs,
  openReader,
  push,
  upkeep,
  upkeepDue,
  vaultRecords
} from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { songAt, songsFrom } from "../songs.mjs"

const minute = 60_000
const hour = 60 * minute

let now = Date.UTC(2026, 0, 1)
const clock = Object.assign(Object.create(Clock.make()), {
  unsafeCurrentTimeMillis: () => now,
  currentTimeMillis: Effect.sync(() => now)
})

/** The fewest segments that hold every position. */
const coverOf = (segments) => {
  const cover = []
  for (let position = 0; ; position = cover.at(-1).last) {
    const [best] = segments
      .filter(({ first, last }) => first <= position + 1 && last > position)
      .sort((a, b) => b.last - a.last)
    if (best === undefined) return cover
    cover.push(best)
  }
}

const sumOf = (segments) => segments.reduce((sum, { bytes }) => sum + bytes, 0)

/** `edits` of one day, over eight hours. Gives what was written and kept, and what a list of its backups takes. */
const live = ({ file, count, days, edits }) =>
  Effect.gen(function* () {
    yield* createLibrary(file)
    const library = yield* openLibrary(file)
    yield* library.imports.entities({ source: "bench", songs: songsFrom(0, count) })
    const kept = memoryBlobs()
    const blobs = counting(kept)
    const vault = yield* makeVault(blobs)
    const known = {
      name: "bench",
      place: "memory",
      vaultId: vault.id,
      line: crypto.randomUUID(),
      pushedAt: 0
    }
    yield* vaultRecords(library).remember({ ...known, pushed: { position: 0, chainHash: genesis } })
    const coverNow = Effect.map(listLines({ ...vault, blobs: kept }), ([line]) => coverOf(line.segments))
    const perPush = Math.max(1, Math.round(edits / (8 * 60)))
    const gap = (8 * hour * perPush) / edits
    let [version, pushes, longest] = [0, 0, 0]
    let keptUp = { at: now, files: 0 }
    for (let day = 0; day < days; day++) {
      const morning = now
      for (let done = 0; done < edits; done += perPush) {
        for (let each = 0; each < perPush; each++)
          yield* library.songs.update(songAt((version * 7919) % count, ++version % 50))
        now += gap
        const { segments } = yield* push(library, vault, yield* knownVault(library, "bench"))
        pushes++
        keptUp = { ...keptUp, files: keptUp.files + segments }
        if (!upkeepDue(keptUp, now)) continue
        keptUp = { at: now, files: 0 }
        longest = Math.max(longest, (yield* coverNow).length)
        yield* upkeep(library, vault, yield* knownVault(library, "bench"), { reclaim: false })
      }
      yield* library.backups.take()
      now = morning + 24 * hour
    }
    yield* push(library, vault, yield* knownVault(library, "bench"))
    const counts = blobs.counts()
    const cover = yield* coverNow
    blobs.reset()
    const reader = yield* openReader(vault)
    const backups = (yield* reader.backups).length
    const list = blobs.counts()
    return { pushes, longest, written: counts.put.bytes, kept: sumOf(cover), counts, backups, list }
  })

export const run = (options) => {
  rmSync(options.file, { force: true })
  return Effect.runPromise(Effect.withClock(Effect.scoped(live(options)), clock))
}
