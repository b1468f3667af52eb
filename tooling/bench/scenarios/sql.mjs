// What the SQL door costs beside prepared statements of the driver, and beside the library's own calls.
import { runProgram } from "../Workers.mjs"

const door = (values) => values.map((measured) => measured.door)
const beside = (values, way, name) => ({ name, values: values.map((measured) => measured[way]) })

const loading = async (report, runs) => {
  const times = { sql: [], store: [] }
  for (let run = 0; run <= 2 * runs; run++)
    for (const [name, module] of [
      ["sql", "@white-room/store/sql"],
      ["store", "@white-room/store"]
    ]) {
      const program = `await import(${JSON.stringify(import.meta.resolve(module))})`
      const { ms } = await runProgram(process.execPath, ["--input-type=module", "-e", program])
      if (run > 0) times[name].push(ms)
    }
  report.reported("a process that loads @white-room/store/sql", "ms", times.sql, {
    name: "@white-room/store",
    values: times.store
  })
}

export const asking = async ({ workers, report, runs, path }) => {
  const side = workers.start("sql")
  await side.call("create", { file: path("sql.db") })
  const measure = async (what) => {
    const values = []
    for (let run = 0; run < runs; run++) values.push(await side.call("measure", { what }))
    return values
  }
  const compare = async (what, name, way, baseline) => {
    const values = await measure(what)
    report.reported(name, "ms", door(values), beside(values, way, baseline))
  }
  await compare("point", "SQL door: one row by key", "prepared", "driver alone")
  await compare("list", "SQL door: list of 500 rows", "prepared", "driver alone")
  await compare("insert", "SQL door: one durable insert", "prepared", "driver alone")
  await compare("insert500", "SQL door: 500 inserts, one transaction", "prepared", "driver alone")
  await compare("runs", "SQL door: the scheduler's list of 100 runs", "library", "library.schedule.runs")
  await compare("profile", "SQL door: an upsert as a profile's", "library", "library.schedule.saveProfile")
  await side.call("close")
  await side.end()
  await loading(report, runs)
}
