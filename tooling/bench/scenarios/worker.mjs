// What an import does to the event loop of the program that asks for it, with the library in a worker and without.

export const freeing = async ({ workers, report, size, runs, path }) => {
  const found = { true: [], false: [] }
  for (let run = 0; run < runs; run++)
    for (const worker of [true, false]) {
      const side = workers.start("promise")
      found[worker].push(await side.call("importSongs", { file: path("promise.db"), count: size, worker }))
      await side.end()
    }
  const beside = (name) => ({
    name: "in the caller's thread",
    values: found.false.map((measured) => measured[name])
  })
  const values = (name) => found.true.map((measured) => measured[name])
  const what = `import of ${size} songs in a worker`
  report.atMost(`event-loop delay p99, ${what}`, "ms", values("p99"), beside("p99"), 1 / 10)
  report.reported(`longest event-loop delay, ${what}`, "ms", values("longest"), beside("longest"))
  report.reported(what, "ms", values("ms"), beside("ms"))
  report.reported(`peak memory, ${what}`, "bytes", values("peakBytes"), beside("peakBytes"))
}
