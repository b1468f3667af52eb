import { hasGap } from "../capture/Watch.js"
import { brokenTriggers } from "../live/Triggers.js"
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
 * Our own tables, indexes and triggers must be those that this program makes, unless it is a later one that migrated them. The
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
  // What an app did to its tables may have taken triggers away, and they are put back; without that it is damage.
  if (hasGap(session)) return
  for (const { name, present } of brokenTriggers(session.db))
    findings.add(`trigger ${name}`, present ? "its text was changed" : "it is missing")
}
