// Getting back exactly what was lost, from a library of ten times `size` songs and 50 backups.
import { songAt } from "../songs.mjs"
import { median } from "../stats.mjs"

const backupCounts = [5, 50]
/** Edits between two backups. */
const edits = 20
/** Edits between the newest two. */
const changes = 1000
/** Of so many `whiteroom diff` tells what changed; the others it names, unless --verbose asks for all. */
const told = 50
const performances = 100

/** A library with backups of a few edits each; the newest two are many changes apart. */
const fill = async ({ workers, path, some }, songs, backups) => {
  const file = path(`rescue-${backups}.db`)
  const side = workers.start("ours", "rescue, filling")
  await side.call("create", { file })
  const batch = Math.min(songs, 2000)
  for (let from = 0; from < songs; from += batch) await side.call("importSongs", { count: batch, from })
  await side.call("importPerformances", { count: performances })
  await side.call("backup")
  for (let backup = 2; backup < backups; backup++) {
    await side.call("saveBatch", { indexes: some(songs, edits, backup), version: 1 })
    await side.call("backup")
  }
  await side.call("saveBatch", { indexes: some(songs, changes, 0), version: 2 })
  await side.call("backup")
  const position = await side.call("position")
  await side.call("close")
  await side.end()
  return { file, position }
}

/** Phase 5's way: the row of the backup is parsed whole, whatever is wanted of it. */
const phase5 = async ({ workers, path, some }, songs, runs) => {
  const side = workers.start("phase5")
  await side.call("create", { file: path("rescue-phase5.db") })
  await side.call("addSongs", { count: songs })
  await side.call("backup")
  await side.call("edit", { indexes: some(songs, changes, 0), version: 2 })
  await side.call("backup")
  const times = { one: [], diff: [], read: [] }
  for (const index of some(songs, runs, 7)) {
    times.one.push(await side.call("restoreOne", { index }))
    times.read.push(await side.call("readOne", { index }))
  }
  times.diff.push(await side.call("diff", { count: changes }))
  await side.end()
  return times
}

const measure = async ({ workers, some }, { file, position }, songs, backups, runs) => {
  const side = workers.start("ours", "rescue")
  await side.call("openAt", { file })
  const times = { one: [], names: [], shown: [], words: [], state: [] }
  // Each restore adds a safety backup and events, so those that count come after what needs the library as it is.
  for (let run = 0; run < runs; run++) {
    const sources = { from: `b${backups - 1}`, to: `b${backups}`, count: changes }
    times.names.push(await side.call("diff", { ...sources, words: false }))
    times.shown.push(await side.call("diff", { ...sources, words: told }))
    times.words.push(await side.call("diff", { ...sources, words: true }))
  }
  for (const [run, index] of some(songs, runs * 5, 8).entries()) {
    const filled = songs + performances
    const at = filled + Math.floor(((position - filled) * run) / (runs * 5))
    times.state.push(await side.call("stateAt", { index, position: at }))
  }
  // Of what was edited before the newest backup, so that there is something to bring back.
  for (const [run, index] of some(songs, changes, 0)
    .slice(0, runs * 3)
    .entries())
    times.one.push(await side.call("restoreOne", { index, backup: 1 + (run % (backups - 1)) }))
  await side.call("close")
  await side.end()
  return times
}

/** The program itself: names and tags are found among all songs of the backup. */
const selecting = async ({ cli, report, runs }, file, songs) => {
  if (!cli.exists()) {
    report.absent("restore --dry-run, whole process", "the command line program is not built")
    return
  }
  const dryRun = async (...selection) => {
    const values = []
    for (let run = 0; run < runs; run++) {
      const { ms } = await cli.run(["--library", file, "restore", "b1", ...selection, "--dry-run", "--json"])
      values.push(ms)
    }
    return values
  }
  const { id, name } = songAt(0)
  const byId = { name: "--song ID", values: await dryRun("--song", id) }
  const what = `of ${songs} songs, whole process, --dry-run`
  report.reported(`restore --song NAME ${what}`, "ms", await dryRun("--song", name), byId)
  report.reported(`restore --tag ${what}`, "ms", await dryRun("--tag", "encore"), byId)
}

export const rescuing = async (bench) => {
  const { report, size, runs } = bench
  const songs = size * 10
  const libraries = new Map()
  for (const backups of backupCounts) libraries.set(backups, await fill(bench, songs, backups))
  const theirs = await phase5(bench, songs, Math.min(runs, 3))
  const [few, many] = backupCounts
  const ours = await measure(bench, libraries.get(many), songs, many, runs)
  const less = await measure(bench, libraries.get(few), songs, few, runs)
  const old = (values) => ({ name: "Phase 5, parses the backup's row", values })
  const one = `restore of one of ${songs} songs`
  report.faster(one, "ms", ours.one, old(theirs.one))
  report.limit(`${one}, ${many} backups`, "ms", median(ours.one), 50)
  report.atMost(`${one}, ${many} backups`, "ms", ours.one, { name: `${few} backups`, values: less.one }, 1.3)
  const diff = `diff of backups ${changes} changes apart, of ${songs} songs`
  report.faster(`${diff}, names`, "ms", ours.names, old(theirs.diff))
  report.limit(`${diff}, names`, "ms", median(ours.names), 200)
  report.limit(`${diff}, ${told} in words, as shown`, "ms", median(ours.shown), 200)
  report.faster(`${diff}, all in words`, "ms", ours.words, old(theirs.diff))
  const state = `one of ${songs} songs at a random past moment`
  report.faster(state, "ms", ours.state, old(theirs.read))
  report.limit(state, "ms", median(ours.state), 50)
  await selecting(bench, libraries.get(many).file, songs)
}
