// How much memory the program needs for ten times `size` songs, whatever their number: nothing is timed here.

import { mkdirSync } from "node:fs"

const peakLimit = 300e6
const pushLimit = 150e6
const batch = 2000

/** An app's database of so many songs. */
const fill = async ({ workers, path }, songs) => {
  const file = path("memory-app.db")
  const raw = workers.start("raw")
  await raw.call("create", { file })
  for (let from = 0; from < songs; from += batch)
    await raw.call("importSongs", { count: Math.min(batch, songs - from), from })
  await raw.call("close")
  await raw.end()
  return file
}

const takeEverythingAway = async ({ workers }, file, songs) => {
  const side = workers.start("ours")
  await side.call("openAt", { file })
  await side.call("backup")
  await side.call("emptyIt", { count: songs })
  await side.call("close")
  await side.end()
}

export const remembering = async (bench) => {
  const { cli, report, size, path } = bench
  const songs = size * 10
  const what = `of ${songs} songs, whole process`
  if (!cli.exists()) {
    report.absent(`peak memory, import ${what}`, "the command line program is not built")
    return
  }
  const app = await fill(bench, songs)
  const file = path("memory.db")
  const peakOf = async (library, name, limit, ...args) => {
    const bytes = await cli.peakBytes(["--library", library, ...args])
    report.limit(`peak memory, ${name} ${what}`, "bytes", bytes, limit)
  }
  const peak = (name, ...args) => peakOf(file, name, peakLimit, ...args, "--yes", "--json")
  await cli.run(["--library", file, "init"])
  await peak("import", "import", app)
  await takeEverythingAway(bench, file, songs)
  const plan = ["restore", "b1", "--mode", "exact", "--dry-run"]
  await peakOf(file, "plan of a restore, shown", peakLimit, ...plan)
  await peakOf(file, "plan of a restore, as JSON", peakLimit, ...plan, "--json")
  await peak("restore", "restore", "b1", "--mode", "exact")
  await peak("check --full", "check", "--full")
  const vault = path("memory-vault")
  mkdirSync(vault)
  await cli.run(["--library", file, "vault", "add", "bench", vault, "--plain"])
  await peakOf(file, "first push", pushLimit, "push", "bench", "--json")
  await peakOf(path("memory-clone.db"), "clone", peakLimit, "clone", vault, "--json")
  await peakOf(file, "check --full of a vault", peakLimit, "check", "--from", "bench", "--full", "--json")
}
