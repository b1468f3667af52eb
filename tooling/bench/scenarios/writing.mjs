// Import, single appends and batches, each against the driver alone.
import { percentile, sum } from "../stats.mjs"

const driver = "driver alone"

/** Writes of either side before those that count: V8 goes on compiling what runs often for about as many. */
const warmUp = 3000

/** Songs in memory → log, tables and objects, in one command. Each run is a process of its own, warmed up. */
export const importing = async ({ workers, report, size, runs, path }) => {
  const measure = async (side, file) => {
    let ms
    for (const count of [size / 10, size]) {
      await side.call("create", { file: path(file) })
      ms = await side.call("importSongs", { count })
      await side.call("close")
    }
    await side.end()
    return ms
  }
  const times = { ours: [], raw: [] }
  for (let run = 0; run < runs; run++) {
    times.ours.push(await measure(workers.start("ours", "import"), "import.db"))
    times.raw.push(await measure(workers.start("raw"), "import-raw.db"))
  }
  report.atMost(`import ${size} songs`, "ms", times.ours, { name: driver, values: times.raw }, 3)
}

/** Both sides open on a library that holds `size` songs already. */
const openBoth = async ({ workers, templates, path }, scenario) => {
  const ours = workers.start("ours", scenario)
  const raw = workers.start("raw")
  await ours.call("openCopy", { from: await templates.library(), file: path(`${scenario}.db`) })
  await raw.call("openCopy", { from: await templates.raw(), file: path(`${scenario}-raw.db`) })
  return { ours, raw }
}

export const appending = async (bench) => {
  const { report, size, runs } = bench
  const { ours, raw } = await openBoth(bench, "append")
  const chunk = 100
  const walBytes = { ours: [], raw: [] }
  const times = { ours: [], raw: [] }
  for (const [name, side] of Object.entries({ ours, raw })) {
    // Few enough that SQLite does not begin its log again.
    const few = 20
    await side.call("appendEach", { count: few, from: size })
    walBytes[name].push((await side.call("walBytes")) / few)
    await side.call("appendEach", { count: warmUp, from: size + few })
  }
  const first = size + 2 * warmUp
  for (let round = 0; round < 2 * runs; round++)
    for (const [name, side] of Object.entries({ ours, raw }))
      times[name].push(...(await side.call("appendEach", { count: chunk, from: first + round * chunk })))
  const p99 = (values) => [percentile(values, 0.99)]
  const against = (values) => ({ name: driver, values })
  report.atMost("one durable append, p50", "ms", times.ours, against(times.raw), 2.5)
  report.reported("one durable append, p99", "ms", p99(times.ours), against(p99(times.raw)))
  report.reported("one durable append, bytes of WAL", "bytes", walBytes.ours, against(walBytes.raw))
  await ours.end()
  await raw.end()
}

/** Edits of songs that are there, 100 per append, one append after the other. */
export const editing = async (bench) => {
  const { report, size, runs, some } = bench
  const { ours, raw } = await openBoth(bench, "edits")
  const batches = 10
  const batchSize = 100
  const first = warmUp / (batches * batchSize)
  const rates = { ours: [], raw: [] }
  for (let round = 0; round < first + runs; round++) {
    const indexes = Array.from({ length: batches }, (_, batch) =>
      some(size, batchSize, round * batches + batch)
    )
    for (const [name, side] of Object.entries({ ours, raw })) {
      const ms = sum(await side.call("saveBatches", { batches: indexes, version: round + 1 }))
      if (round >= first) rates[name].push((batches * batchSize) / (ms / 1000))
    }
  }
  report.throughput("edits in batches of 100", rates.ours, { name: driver, values: rates.raw }, 1 / 4)
  await ours.end()
  await raw.end()
}
