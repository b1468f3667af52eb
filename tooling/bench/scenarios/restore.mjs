// Restoring everything into an empty library, and checking that library.
import { FileTool } from "../FileTools.mjs"

export const restoring = async (bench) => {
  const { workers, templates, report, size, runs, path } = bench
  const phase5 = workers.start("phase5")
  const times = { restore: [], phase5: [], check: [] }
  await phase5.call("openCopy", { from: await templates.raw(), file: path("restore-phase5.db") })
  await phase5.call("backup")
  for (let run = 0; run < runs; run++) {
    const ours = workers.start("ours", "restore")
    await ours.call("openCopy", { from: await templates.library(), file: path("restore.db") })
    await ours.call("backup")
    await ours.call("emptyIt", { count: size })
    times.restore.push(await ours.call("restore", { count: size }))
    times.check.push(await ours.call("check"))
    await ours.call("close")
    await ours.end()
    await phase5.call("emptyIt")
    times.phase5.push(await phase5.call("restore", { count: size }))
  }
  await phase5.end()
  const what = `full restore of ${size} songs`
  report.faster(what, "ms", times.restore, { name: "Phase 5", values: times.phase5 }, 2)
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

const compareTools = async ({ templates, report, runs, tools }, what, times) => {
  if (tools.length === 0) {
    report.absent(what, "restic, borg: not installed")
    report.reported("check --full of that library", "ms", times.check)
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
    if (name === "restic") report.faster("check --full of that library", "ms", times.check, check)
    else report.atMost("check --full of that library", "ms", times.check, check, 1)
  }
}
