// Making the live rows anew from the log: ten events a song.

const versions = 10

export const rebuilding = async ({ workers, report, size, runs, path }) => {
  const ours = workers.start("ours", "rebuild")
  await ours.call("create", { file: path("rebuild.db") })
  const steps = [size / 4, size / 2, size]
  const perThousand = []
  let songs = 0
  for (const until of steps) {
    const added = Array.from({ length: until - songs }, (_, index) => songs + index)
    await ours.call("importSongs", { from: songs, count: added.length })
    for (let version = 1; version < versions; version++)
      for (let from = 0; from < added.length; from += 1000)
        await ours.call("saveBatch", { indexes: added.slice(from, from + 1000), version })
    songs = until
    const values = []
    for (let run = 0; run < runs; run++) {
      await ours.call("loseRows")
      values.push(await ours.call("rebuild", { count: songs }))
    }
    const events = songs * versions
    report.reported(`rebuild of ${songs} rows from ${events} events`, "ms", values)
    perThousand.push({ name: `of ${events} events`, values: values.map((ms) => ms / (events / 1000)) })
  }
  await ours.end()
  const [least, , most] = perThousand
  const linear = 1.3
  report.atMost(`rebuild, per 1,000 ${most.name}`, "ms", most.values, least, linear)
}
