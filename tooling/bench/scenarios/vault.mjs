// A vault in a folder: the first push, one after ten edits, a month of days, and the way back.
import { editSongFiles, FileTool, writeSongFiles } from "../FileTools.mjs"

const edits = 10

const sum = (values) => values.reduce((total, value) => total + value, 0)

/** First pushes, pushes after edits and clones of ours. */
const timeOurs = async ({ workers, templates, size, runs, path, some }, scenario, sealed) => {
  const times = { first: [], push: [], bytes: [], clone: [] }
  const from = await templates.library()
  for (let round = 0; round < runs; round++) {
    const side = workers.start("vault", scenario)
    await side.call("openCopy", { from, file: path("vault.db"), folder: path("vault"), sealed })
    await side.call("backup")
    times.first.push((await side.call("pushAll")).ms)
    for (let each = 0; each < 15; each++) {
      await side.call("saveEach", { indexes: some(size, edits, each), version: each + 1 })
      const { ms, bytes, puts } = await side.call("pushAll")
      if (puts !== 1) throw new Error(`${puts} puts`)
      if (each < 5) continue
      times.push.push(ms)
      times.bytes.push(bytes)
    }
    times.clone.push(await side.call("cloneTo", { file: path("vault-clone.db"), count: size }))
    await side.call("close")
    await side.end()
  }
  return times
}

const compare = ({ report, size }, where, times, tools) => {
  const first = `first push of ${size} songs, ${where}`
  const after = `push after ${edits} edits of ${size} songs, ${where}`
  const back = `clone of ${size} songs, roots proven, ${where}`
  if (tools.length === 0) report.absent(first, "restic, borg: not installed")
  for (const tool of tools) {
    report.faster(first, "ms", times.first, { name: `${tool.name}, init and backup`, values: tool.first })
    if (tool.name !== "restic") continue
    report.faster(after, "ms", times.push, { name: "restic backup", values: tool.after }, 100)
    report.atMost(`bytes of a ${after}`, "bytes", times.bytes, { name: "restic", values: tool.added }, 1 / 10)
    report.faster(back, "ms", times.clone, { name: "restic restore", values: tool.restore })
  }
}

export const pushing = async (bench) => {
  const plain = await timeOurs(bench, "push", false)
  const tools = await timeTools(bench)
  const sealed = await timeOurs(bench, "push, sealed", true)
  compare(bench, "folder, sealed", sealed, tools)
  compare(bench, "folder, plain", plain, tools)
  await monthOf(bench)
}

const timeTools = async ({ templates, tools, size, runs, some, path }) => {
  const measured = []
  for (const { name } of tools) {
    const times = { name, first: [], after: [], added: [], restore: [] }
    for (let round = 0; round < Math.min(runs, 3); round++) {
      const folder = path(`vault-${name}-${round}`)
      writeSongFiles(folder, size)
      const tool = new FileTool(name, folder)
      times.first.push(sum([await tool.init(), await tool.backup()]))
      for (let each = 0; each < 3; each++) {
        editSongFiles(folder, some(size, edits, each), each + 1)
        const before = tool.size()
        times.after.push(await tool.backup())
        times.added.push(tool.size() - before)
      }
      times.restore.push(await tool.restore())
    }
    measured.push(times)
  }
  await templates.files()
  return measured
}

/** What 30 days of pushes weigh, one backup and 1 % of edits a day. */
const monthOf = async (bench) => {
  const { workers, templates, report, size, runs, quick, path, some, tools } = bench
  const days = quick ? 10 : 30
  const side = workers.start("vault", "vault, 30 days")
  await side.call("openCopy", {
    from: await templates.library(),
    file: path("month.db"),
    folder: path("month")
  })
  const folder = path("month-files")
  writeSongFiles(folder, size)
  const restic = tools.some(({ name }) => name === "restic") ? new FileTool("restic", folder) : undefined
  await restic?.init()
  for (let day = 0; day < days; day++) {
    const indexes = some(size, size / 100, 1000 + day)
    await side.call("saveEach", { indexes, version: day + 1 })
    await side.call("backup")
    await side.call("pushAll")
    editSongFiles(folder, indexes, day + 1)
    await restic?.backup()
  }
  const mine = [await side.call("weight")]
  const clones = []
  for (let run = 0; run < Math.min(runs, 3); run++)
    clones.push(await side.call("cloneTo", { file: path("month-clone.db"), count: size }))
  await side.call("close")
  await side.end()
  const what = `bytes in the vault, ${days} daily backups, 1 % edited`
  if (restic === undefined) report.absent(what, "restic: not installed")
  else report.atMost(what, "bytes", mine, { name: "restic", values: [restic.size()] }, 1 / 5)
  const restores = []
  for (let run = 0; run < clones.length; run++) restores.push(await restoreAll(bench, path("month.db")))
  const clone = `clone of ${size} songs with ${days} backups, roots proven`
  report.atMost(clone, "ms", clones, { name: "full restore of that library, ours", values: restores }, 2)
  if (restic === undefined) return
  const theirs = []
  for (let run = 0; run < clones.length; run++) theirs.push(await restic.restore())
  report.faster(clone, "ms", clones, { name: "restic restore, of the newest of as many", values: theirs })
}

/** Milliseconds of a full restore of a library whose songs were all deleted. */
const restoreAll = async ({ workers, size, path }, from) => {
  const side = workers.start("ours")
  await side.call("openCopy", { from, file: path("month-restore.db") })
  await side.call("emptyIt", { count: size })
  const ms = await side.call("restore", { count: size })
  await side.call("close")
  await side.end()
  return ms
}
