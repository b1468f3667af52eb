// A sealed vault in a bucket of a real S3 server on loopback, beside restic in a bucket of the same server.
import { mkdirSync, symlinkSync } from "node:fs"
import path from "node:path"
import { editSongFiles, FileTool, writeSongFiles } from "../FileTools.mjs"
import { startS3 } from "../S3Server.mjs"
import { songAt } from "../songs.mjs"
import { median } from "../stats.mjs"
import { runProgram } from "../Workers.mjs"

const edits = 10

/** So many files become one, which is a compacted vault; so many come after it, which are too few to be merged. */
const fan = 16
const newer = 4

/** What came within the last minute is not merged. */
const waitMs = 61_000

export const pushingToBucket = async (bench) => {
  const { report, size, path: inFolder } = bench
  const after = `push after ${edits} edits of ${size} songs, S3, sealed`
  const server = await startS3(inFolder("radosgw.mjs"))
  if (server === undefined) {
    report.absent(after, "radosgw: not installed (Debian's ceph-mon, ceph-osd, radosgw)")
    return
  }
  try {
    const ours = await timeOurs(bench, server)
    report.limit(`requests of a ${after}`, "requests", median(ours.requests), 3)
    reportOne(report, `one of ${size} songs, latest, S3, sealed, compacted`, ours.compacted, 0)
    reportOne(report, `one of ${size} songs, latest, S3, sealed, ${newer} files newer`, ours.newer, newer)
    if (ours.program.length > 0)
      report.limit(
        `one of ${size} songs, latest, S3, sealed, compacted, whole process`,
        "ms",
        median(ours.program),
        300
      )
    const restic = await timeRestic(bench, server)
    if (restic === undefined) {
      report.absent(after, "restic: not installed")
      return
    }
    report.faster(`first push of ${size} songs, S3, sealed`, "ms", ours.first, {
      name: "restic, init and backup, same server",
      values: restic.first
    })
    report.faster(after, "ms", ours.push, { name: "restic backup, same server", values: restic.after }, 20)
  } finally {
    await server.stop()
  }
}

/** Six requests, nine with those that open a sealed vault for the first time, and one for each file that came since. */
const reportOne = (report, one, read, files) => {
  const most = (name) => Math.max(...read.map((each) => each[name]))
  report.limit(`requests of ${one}, first used`, "requests", most("requests"), 9 + files)
  report.limit(`requests of ${one}, opened`, "requests", most("requests") - most("toOpen"), 6 + files)
  report.limit(`bytes of ${one}`, "bytes", most("bytes"), 0.5e6)
  report.reported(
    `${one}, first used, in process`,
    "ms",
    read.map(({ ms }) => ms)
  )
}

/**
 * Milliseconds of the program that works out the restore of one song, with nothing of the vault in its cache, and its own compiled form
 * there, as after any other run.
 */
const timeProgram = async ({ cli, size, some, path: inFolder }, place, env) => {
  if (!cli.exists()) return []
  const home = inFolder("bucket-home")
  mkdirSync(home)
  // The device that pushed there has a key.
  symlinkSync(path.join(inFolder("bucket"), "settings"), path.join(home, "white-room"))
  const folders = { XDG_CONFIG_HOME: home, XDG_CACHE_HOME: inFolder("bucket-cache") }
  const own = { ...process.env, ...env, ...folders, WHITEROOM_CACHE: "off" }
  const library = path.join(home, "library.db")
  await cli.run(["-l", library, "init"])
  const times = []
  for (const index of [0, ...some(size, 10, 99)]) {
    const song = ["--song", `id:${songAt(index).id}`]
    const words = ["-l", library, "restore", "--at", "now", "--from", place, ...song, "--dry-run"]
    const { ms } = await runProgram(process.execPath, [cli.program, ...words], { env: own })
    times.push(ms)
  }
  // The first left the compiled form there.
  return times.slice(1)
}

const timeOurs = async (bench, { endpoint, env, makeBucket }) => {
  const { workers, templates, size, path: inFolder, some } = bench
  await makeBucket("whiteroom")
  const times = { first: [], push: [], requests: [], compacted: [], newer: [] }
  const at = `s3://whiteroom/songs?endpoint=${encodeURIComponent(endpoint)}&region=default`
  const side = workers.start("vault", "push, S3")
  await side.call("openCopy", {
    ...{
      from: await templates.library(),
      file: inFolder("bucket.db"),
      folder: inFolder("bucket"),
      sealed: true,
      env
    },
    at
  })
  const first = await side.call("pushAll")
  times.first.push(first.ms)
  let pushes = 0
  const pushEdits = async () => {
    await side.call("saveEach", { indexes: some(size, edits, pushes), version: pushes + 1 })
    const { ms, requests } = await side.call("pushAll")
    if (++pushes <= 5) return
    times.push.push(ms)
    times.requests.push(requests)
  }
  const readSome = async (into) => {
    for (const index of some(size, 10, 99)) into.push(await side.call("oneSong", { index }))
  }
  while (first.segments + pushes < fan) await pushEdits()
  await side.call("merge", { waitMs })
  await readSome(times.compacted)
  times.program = await timeProgram(bench, at, env)
  for (let each = 0; each < newer; each++) await pushEdits()
  await readSome(times.newer)
  await side.call("close")
  await side.end()
  return times
}

const timeRestic = async ({ tools, size, path: inFolder, some }, { endpoint, env, makeBucket }) => {
  if (!tools.some(({ name }) => name === "restic")) return undefined
  await makeBucket("restic")
  const folder = inFolder("bucket-files")
  writeSongFiles(folder, size)
  const restic = new FileTool("restic", folder, `s3:${endpoint}/restic/songs`, env)
  const times = { first: [(await restic.init()) + (await restic.backup())], after: [] }
  for (let each = 0; each < 3; each++) {
    editSongFiles(folder, some(size, edits, each), each + 1)
    times.after.push(await restic.backup())
  }
  return times
}
