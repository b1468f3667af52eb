// Making the live rows again from the log: ten events a song.
const versions = 10
const batch = 250

/** Adds songs `from` … `until - 1` and nine edits of each. */
const fill = async (workers, file, from, until) => {
  const side = workers.start("ours", "rebuild, filling")
  await side.call(from === 0 ? "create" : "openAt", { file })
  for (let start = from; start < until; start += batch) {
    const indexes = Array.from({ length: Math.min(batch, until - start) }, (_, index) => start + index)
    for (let version = 0; version < versions; version++) await side.call("saveBatch", { indexes, version })
  }
  await side.call("close")
  await side.end()
}

export const rebuilding = async ({ workers, report, size, runs, path }) => {
  const file = path("rebuild.db")
  const perThousand = []
  let filled = 0
  for (const songs of [size / 4, size / 2, size]) {
    await fill(workers, file, filled, songs)
    filled = songs
    const ours = workers.start("ours", "rebuild")
    const values = []
    for (let run = 0; run <= runs; run++) {
      // A session of its own for each: what one has read would be a larger part of a small library.
      await ours.call("openAt", { file })
      await ours.call("loseRows")
      const ms = await ours.call("rebuild", { count: songs })
      await ours.call("close")
      // The first run warms up.
      if (run > 0) values.push(ms)
    }
    await ours.end()
    const events = songs * versions
    report.reported(`rebuild of ${songs} rows from ${events} events`, "ms", values)
    perThousand.push({ name: `of ${events} events`, values: values.map((ms) => ms / (events / 1000)) })
  }
  const [least, , most] = perThousand
  const linear = 1.3
  report.atMost(`rebuild, per 1,000 ${most.name}`, "ms", most.values, least, linear)
}
