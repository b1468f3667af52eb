// What a month of daily backups weighs.
import { editSongFiles, FileTool, writeSongFiles } from "../FileTools.mjs"

export const keeping = async (bench) => {
  const { workers, templates, report, size, quick, path, some, tools } = bench
  const days = quick ? 10 : 30
  const perDay = size / 100
  const plan = Array.from({ length: days }, (_, day) => ({
    indexes: some(size, perDay, 1000 + day),
    version: day + 1
  }))
  const ours = workers.start("ours", "kept")
  await ours.call("openCopy", { from: await templates.library(), file: path("kept.db") })
  const phase5 = workers.start("phase5")
  await phase5.call("openCopy", { from: await templates.raw(), file: path("kept-phase5.db") })
  for (const { indexes, version } of plan) {
    await ours.call("saveEach", { indexes, version })
    await ours.call("backup")
    await phase5.call("edit", { indexes, version })
    await phase5.call("backup")
  }
  await ours.call("close")
  await ours.call("openAt", { file: path("kept.db") })
  const beside = ({ fileBytes, liveBytes }) => [fileBytes - liveBytes]
  const mine = beside(await ours.call("usage"))
  const theirs = beside(await phase5.call("usage"))
  const check = await ours.call("check")
  await ours.end()
  await phase5.end()
  const what = `bytes kept, ${days} daily backups, 1 % edited`
  report.atMost(what, "bytes", mine, { name: "Phase 5", values: theirs }, 1 / 40)
  if (tools.length === 0) report.absent(what, "restic, borg: not installed")
  else await keepFiles(bench, plan, what, mine)
  report.reported(`check --full of these ${days} backups`, "ms", [check])
}

const keepFiles = async ({ report, size, path, tools }, plan, what, mine) => {
  const folder = path("kept-files")
  writeSongFiles(folder, size)
  const repositories = tools.map(({ name }) => new FileTool(name, folder))
  for (const tool of repositories) await tool.init()
  for (const { indexes, version } of plan) {
    editSongFiles(folder, indexes, version)
    for (const tool of repositories) await tool.backup()
  }
  for (const tool of repositories)
    report.atMost(what, "bytes", mine, { name: tool.name, values: [tool.size()] }, 1 / 2)
}
