// How long the write lock is held, in a library of `size` songs.
import { percentile } from "../stats.mjs"

export const locking = async ({ workers, templates, report, size, quick, path, some }) => {
  const ours = workers.start("ours", "locks")
  await ours.call("openCopy", { from: await templates.library(), file: path("locks.db") })
  await ours.call("keepWal")
  await ours.call("backup")
  const first = await ours.call("takeHolds")
  const holds = { append: [], capture: [], backup: [] }
  const rounds = quick ? 20 : 100
  for (let round = 0; round < rounds; round++) {
    await ours.call("appendEach", { count: 10, from: size + round * 10 })
    holds.append.push(...(await ours.call("takeHolds")))
    await ours.call("writeForeign", { indexes: some(size, 250, round), version: round + 1 })
    await ours.call("capture")
    holds.capture.push(...(await ours.call("takeHolds")))
    await ours.call("backup")
    holds.backup.push(...(await ours.call("takeHolds")))
    await ours.call("keepWal")
  }
  for (const [name, values] of Object.entries(holds))
    report.limit(`write lock of ${name}, p99 of ${values.length}`, "ms", percentile(values, 0.99), 20)
  report.reported("write lock of a first backup, longest", "ms", [Math.max(...first)])
  await ours.end()
}
