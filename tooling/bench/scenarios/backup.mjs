// Taking backups: the first one, and one after ten edits.
import { editSongFiles, FileTool } from "../FileTools.mjs"

const edits = 10

/** A first backup of everything. */
export const firstBackup = async ({ workers, templates, report, size, runs, path }) => {
  const ours = workers.start("ours", "first")
  const phase5 = workers.start("phase5")
  const times = { ours: [], phase5: [] }
  for (let run = 0; run <= runs; run++) {
    await ours.call("openCopy", { from: await templates.library(), file: path("first.db") })
    const mine = await ours.call("backup")
    await ours.call("close")
    await phase5.call("openCopy", { from: await templates.raw(), file: path("first-phase5.db") })
    const theirs = await phase5.call("backup")
    await phase5.call("close")
    // The first round warms up.
    if (run === 0) continue
    times.ours.push(mine)
    times.phase5.push(theirs)
  }
  report.faster(`first backup of ${size} songs`, "ms", times.ours, { name: "Phase 5", values: times.phase5 })
  await ours.end()
  await phase5.end()
}

/** Our side with a backup taken, ready for edits. */
const opened = async (workers, from, file) => {
  const side = workers.start("ours", "backup")
  await side.call("openCopy", { from, file })
  await side.call("backup")
  let round = 0
  return {
    ...side,
    measure: async (some, songs) => {
      round++
      await side.call("saveEach", { indexes: some(songs, edits, round), version: round })
      return side.call("backup")
    }
  }
}

export const backupAfterEdits = async (bench) => {
  const { workers, templates, report, size, runs, path, some } = bench
  const large = await opened(workers, await templates.library(), path("backup.db"))
  const small = await opened(workers, await templates.smallLibrary(), path("backup-small.db"))
  const phase5 = workers.start("phase5")
  await phase5.call("openCopy", { from: await templates.raw(), file: path("backup-phase5.db") })
  await phase5.call("backup")
  const times = { large: [], small: [], phase5: [] }
  for (let run = 0; run < 5; run++) {
    await large.measure(some, size)
    await small.measure(some, size / 10)
  }
  for (let run = 0; run < runs; run++) {
    for (let each = 0; each < 10; each++) {
      times.large.push(await large.measure(some, size))
      times.small.push(await small.measure(some, size / 10))
    }
    await phase5.call("edit", { indexes: some(size, edits, run + 1), version: run + 1 })
    times.phase5.push(await phase5.call("backup"))
  }
  await large.end()
  await small.end()
  await phase5.end()
  const what = `backup after ${edits} edits of ${size} songs`
  report.faster(what, "ms", times.large, { name: "Phase 5", values: times.phase5 }, 100)
  const tools = await timeTools(bench)
  for (const { name, values } of tools) report.faster(what, "ms", times.large, { name, values }, 100)
  report.atMost(what, "ms", times.large, { name: `ours, ${size / 10} songs`, values: times.small }, 1.5)
  await wholeProcess(bench, tools)
}

const timeTools = async ({ templates, tools, report, size, runs, some }) => {
  if (tools.length === 0)
    report.absent(`backup after ${edits} edits, as files`, "restic, borg: not installed")
  const folder = await templates.files()
  const timed = []
  const repositories = tools.map(({ name }) => ({ tool: new FileTool(name, folder), values: [] }))
  for (const { tool } of repositories) {
    await tool.init()
    await tool.backup()
  }
  for (let run = 1; run <= runs; run++) {
    editSongFiles(folder, some(size, edits, run), run)
    for (const { tool, values } of repositories) values.push(await tool.backup())
  }
  for (const { tool, values } of repositories) timed.push({ name: tool.name, values })
  return timed
}

/** `whiteroom backup` from start to end of its process. */
const wholeProcess = async ({ workers, templates, cli, report, size, runs, path, some }, tools) => {
  const what = "the same, our whole process"
  if (!cli.exists()) {
    report.absent(what, "the CLI is not built")
    return
  }
  const file = path("backup-cli.db")
  const command = ["backup", "--library", file, "--json"]
  const side = workers.start("ours", "backup")
  await side.call("openCopy", { from: await templates.library(), file })
  await side.call("backup")
  await side.call("close")
  const values = []
  for (let run = 0; run <= 2 * runs; run++) {
    await side.call("openAt", { file })
    await side.call("saveEach", { indexes: some(size, edits, run + 1), version: run + 1 })
    await side.call("close")
    const { ms, output } = await cli.run(command)
    const { changed } = JSON.parse(output.trim().split("\n").at(-1))
    if (changed !== edits) throw new Error(`whiteroom backup saw ${changed} changes`)
    if (run > 0) values.push(ms)
  }
  await side.end()
  workers.notePeak("backup, CLI", await cli.peakBytes(command))
  if (tools.length === 0) report.reported(what, "ms", values)
  for (const tool of tools) report.faster(what, "ms", values, tool, 3)
}
