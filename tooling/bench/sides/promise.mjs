// The Promise door: how long the caller's event loop is held up while songs are imported.
import { rmSync } from "node:fs"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { setTimeout } from "node:timers/promises"
import { openLibrary } from "@white-room/store/promise"
import { songsFrom } from "../songs.mjs"

/** Milliseconds: the 99th percentile and the longest of the event loop's delays, what the import took, and the memory. */
export const importSongs = async ({ file, count, worker }) => {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true })
  const songs = songsFrom(0, count)
  const library = await openLibrary(file, { create: true, worker })
  const delays = monitorEventLoopDelay({ resolution: 1 })
  // The monitor measures from one turn to the next: it needs one before and one after.
  delays.enable()
  await setTimeout(5)
  const from = performance.now()
  await library.imports.entities({ source: "bench", songs })
  const ms = performance.now() - from
  await setTimeout(5)
  delays.disable()
  await library.close()
  const peakBytes = process.resourceUsage().maxRSS * 1024
  return { ms, p99: delays.percentile(99) / 1e6, longest: delays.max / 1e6, peakBytes }
}
