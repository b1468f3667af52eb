// Restoring everything into an empty library, and checking that library.
import { FileTool } from "../FileTools.mjs"

/** What runs for the first time in a process is slower: the driver is warmed up too. */
const warmedUp = async ({ workers, templates, size, path }) => {
  const side = workers.start("ours", "restore")
  const count = size / 10
  await side.call("openCopy", { from: await templates.smallLibrary(), file: path("restore-small.db") })
  await side.call("backup")
  await side.call("emptyIt", { count })
  await side.call("restore", { count })
  await side.call("close")
  return side
}

export const restoring = async (bench) => {
  const { workers, templates, report, size, runs, path } = bench
  const phase5 = workers.start("phase5")
  const times = { restore: [], phase5: [], check: [], checkAfter: [] }
  await phase5.call("openCopy", { from: await templates.raw(), file: path("restore-phase5.db") })
  await phase5.call("backup")
  for (let run = 0; run < runs; run++) {
    const ours = await warmedUp(bench)
    await ours.call("openCopy", { from: await templates.library(), file: path("restore.db") })
    await ours.call("backup")
    // The songs and one backup of them, as the other tools have them.
    times.check.push(await ours.call("check"))
    await ours.call("emptyIt", { count: size })
    times.restore.push(await ours.call("restore", { count: size }))
    times.checkAfter.push(await ours.call("check"))
    await ours.call("close")
    await ours.end()
    await phase5.call("emptyIt")
    times.phase5.push(await phase5.call("restore", { count: size }))
  }
  await phase5.end()
  const what = `full restore of ${size} songs`
  report.faster(what, "ms", times.restore, { name: "Phase 5", values: times.phase5 }, 2)
  report.reported(`check --full of ${size} songs, deleted and restored`, "ms", times.checkAfter)
  const inserting = { name: "driver alone, inserts them in one transaction", values: await insertAll(bench) }
  report.atMost(what, "ms", times.restore, inserting, 3)
  await compareTools(bench, what, times)
}

/** The same rows into the same empty tables, by the driver. Each run is a process of its own, warmed up. */
const insertAll = async ({ workers, size, runs, path }) => {
  const times = []
  for (let run = 0; run < runs; run++) {
    const raw = workers.start("raw")
    let ms
    for (const count of [size / 10, size]) {
      await raw.call("create", { file: path("restore-raw.db") })
      ms = await raw.call("importSongs", { count })
      await raw.call("close")
    }
    times.push(ms)
    await raw.end()
  }
  return times
}

const compareTools = async ({ templates, report, runs, size, tools }, what, times) => {
  const checking = `check --full of ${size} songs, one backup`
  if (tools.length === 0) {
    report.absent(what, "restic, borg: not installed")
    report.reported(checking, "ms", times.check)
    return
  }
  const folder = await templates.files()
  for (const { name } of tools) {
    const tool = new FileTool(name, folder)
    await tool.init()
    await tool.backup()
    const theirs = { restore: [], check: [] }
    for (let run = 0; run < runs; run++) {
      theirs.restore.push(await tool.restore())
      theirs.check.push(await tool.check())
    }
    report.faster(what, "ms", times.restore, { name, values: theirs.restore })
    const check = { name: `${name} check`, values: theirs.check }
    if (name === "restic") report.faster(checking, "ms", times.check, check)
    else report.atMost(checking, "ms", times.check, check, 1)
  }
}
