// A sealed vault in a bucket of a real S3 server on loopback, beside restic in a bucket of the same server.
import { editSongFiles, FileTool, writeSongFiles } from "../FileTools.mjs"
import { startS3 } from "../S3Server.mjs"
import { median } from "../stats.mjs"

const edits = 10

/** What came within the last minute is not merged. */
const waitMs = 61_000

export const pushingToBucket = async (bench) => {
  const { report, size, path } = bench
  const after = `push after ${edits} edits of ${size} songs, S3, sealed`
  const server = await startS3(path("radosgw.mjs"))
  if (server === undefined) {
    report.absent(after, "radosgw: not installed (Debian's ceph-mon, ceph-osd, radosgw)")
    return
  }
  try {
    const ours = await timeOurs(bench, server)
    report.limit(`requests of a ${after}`, "requests", median(ours.requests), 3)
    const one = `one of ${size} songs, latest, S3, sealed, merged, cold`
    report.limit(`requests of ${one}`, "requests", Math.max(...ours.oneRequests), 9)
    report.limit(`bytes of ${one}`, "bytes", Math.max(...ours.oneBytes), 0.5e6)
    report.reported(`${one}, in process`, "ms", ours.one)
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

const timeOurs = async ({ workers, templates, size, path, some }, { endpoint, env, makeBucket }) => {
  await makeBucket("whiteroom")
  const times = { first: [], push: [], requests: [], one: [], oneRequests: [], oneBytes: [] }
  const side = workers.start("vault", "push, S3")
  await side.call("openCopy", {
    ...{
      from: await templates.library(),
      file: path("bucket.db"),
      folder: path("bucket"),
      sealed: true,
      env
    },
    at: `s3://whiteroom/songs?endpoint=${encodeURIComponent(endpoint)}&region=default`
  })
  times.first.push((await side.call("pushAll")).ms)
  for (let each = 0; each < 15; each++) {
    await side.call("saveEach", { indexes: some(size, edits, each), version: each + 1 })
    const { ms, requests } = await side.call("pushAll")
    if (each < 5) continue
    times.push.push(ms)
    times.requests.push(requests)
  }
  await side.call("merge", { waitMs })
  for (const index of some(size, 10, 99)) {
    const { ms, requests, bytes } = await side.call("oneSong", { index })
    times.one.push(ms)
    times.oneRequests.push(requests)
    times.oneBytes.push(bytes)
  }
  await side.call("close")
  await side.end()
  return times
}

const timeRestic = async ({ tools, size, path, some }, { endpoint, env, makeBucket }) => {
  if (!tools.some(({ name }) => name === "restic")) return undefined
  await makeBucket("restic")
  const folder = path("bucket-files")
  writeSongFiles(folder, size)
  const restic = new FileTool("restic", folder, `s3:${endpoint}/restic/songs`, env)
  const times = { first: [(await restic.init()) + (await restic.backup())], after: [] }
  for (let each = 0; each < 3; each++) {
    editSongFiles(folder, some(size, edits, each), each + 1)
    times.after.push(await restic.backup())
  }
  return times
}
