// Continuous push for a long time: how many files it makes, what it writes, asks and costs. Nothing is timed here.

/** S3's prices, in dollars: a request that writes or lists, one that reads, and a gigabyte for a month. */
const prices = { write: 0.005 / 1000, read: 0.0004 / 1000, month: 0.023 }

const requestsOf = (counts) => Object.values(counts).reduce((sum, { requests }) => sum + requests, 0)

export const livingOn = async (bench) => {
  const { quick } = bench
  await simulate(bench, { days: quick ? 30 : 365, edits: 20 })
  await simulate(bench, { days: quick ? 1 : 7, edits: 2000 })
}

const simulate = async ({ workers, report, size, path }, { days, edits }) => {
  const side = workers.start("year", "year")
  const found = await side.call("run", { file: path("year.db"), count: size / 10, days, edits })
  await side.end()
  const what = `${days} days of ${edits} edits, pushed within a minute`
  const { put, list, get, head } = found.counts
  report.limit(`segments on the cover, ${what}`, "segments", found.longest, 90)
  report.atMost(
    `bytes written, ${what}`,
    "bytes",
    [found.written],
    { name: "bytes kept", values: [found.kept] },
    6
  )
  const months = days / (365 / 12)
  report.reported(`requests a month, ${what}`, "requests", [Math.round(requestsOf(found.counts) / months)])
  const asked = (put.requests + list.requests) * prices.write + (get.requests + head.requests) * prices.read
  const dollars = asked / months + (found.kept / 1e9) * prices.month
  report.reported(`dollars a month at S3's prices, ${what}`, "dollars", [dollars])
  report.limit(
    `list of ${found.backups} backups after ${found.pushes} pushes, cold`,
    "requests",
    requestsOf(found.list),
    6
  )
}
