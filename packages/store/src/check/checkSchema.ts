import { formatVersion, type Session } from "../session/Session.js"
import { ownSchema, setAsideSchema } from "../sqlite/Schema.js"
import type { Findings } from "./Findings.js"

/** Our own tables and indexes: what each is called, and the text that made it. SQLite keeps that text as it was. */
const own = `${ownSchema};${setAsideSchema}`
  .split(";")
  .map((statement) => statement.trim())
  .filter((statement) => statement !== "")
  .map((sql) => ({
    sql,
    name: /^CREATE (?:UNIQUE )?(TABLE|INDEX) (\w+)/.exec(sql)?.slice(1).join(" ") ?? sql,
    /** Made only when it is needed. */
    optional: sql === setAsideSchema
  }))

/**
 * Our own tables and indexes must be those that this program makes, unless it is a later one that migrated them. The
 * app's tables are its own affair.
 */
export const checkSchema = (session: Session, findings: Findings): void => {
  const [version] = session.db.row<[unknown]>("SELECT max(version) FROM migration") ?? []
  if (version !== formatVersion) return
  const stored = new Map(
    session.db
      .rows<[unknown, unknown, unknown]>("SELECT upper(type), name, sql FROM sqlite_schema")
      .map(([type, name, sql]) => [`${String(type)} ${String(name)}`, sql])
  )
  for (const { name, sql, optional } of own) {
    const found = stored.get(name)
    const what = name.replace(/^\w+/, (type) => type.toLowerCase())
    if (found === undefined && optional) continue
    if (found === undefined) findings.add(what, "it is missing")
    else if (found !== sql) findings.add(what, "its definition was changed")
  }
}
