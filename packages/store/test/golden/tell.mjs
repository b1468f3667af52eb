// What a golden library must be found to hold: its live rows, read without any code of ours, and all that it tells.
import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"

const longest = 200

const cell = (storageClass, bytes) => {
  if (storageClass === "null") return null
  if (storageClass === "integer" || storageClass === "real") return { [storageClass]: bytes.toString() }
  if (bytes.length > longest)
    return {
      long: storageClass,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex")
    }
  const text = bytes.toString()
  const isText = storageClass === "text" && Buffer.from(text).equals(bytes)
  return isText ? text : { [storageClass]: bytes.toString("hex") }
}

const rowsOf = (db, table) => {
  const names = db.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(table)
  const cells = names.map((name) => {
    const exact = `CASE typeof("${name}") WHEN 'real' THEN printf('%!.20g', "${name}") ELSE "${name}" END`
    return `typeof("${name}"), CAST(${exact} AS BLOB)`
  })
  const rows = db
    .prepare(`SELECT ${cells.join(", ")} FROM ${table} ORDER BY 1, 2`)
    .raw()
    .all()
  return rows.map((row) =>
    Object.fromEntries(names.map((name, at) => [name, cell(row[2 * at], row[2 * at + 1])]))
  )
}

export const liveRows = (db) =>
  Object.fromEntries(
    ["song_data", "performance_data", "user_preferences"].map((table) => [table, rowsOf(db, table)])
  )

const line = ({ position, type, schema, subject, id, version, commandId, actor, recordedAt, chainHash }) =>
  `@${position} ${type} ${schema} ${subject} ${JSON.stringify(id)} v${version} ${actor} ${recordedAt} ${commandId} ${Buffer.from(chainHash).toString("hex")}`

export const tellAll = (library) =>
  Effect.gen(function* () {
    const events = yield* library.log.read({ limit: 10_000 })
    const entities = new Map(
      events
        .filter(({ subject }) => subject !== "library" && subject !== "backup")
        .map(({ subject: kind, id }) => [`${kind} ${id}`, { kind, id }])
    )
    const history = yield* Effect.forEach([...entities.values()], (key) =>
      Effect.map(library.history.versions(key), (versions) => ({
        ...key,
        versions: versions.map(
          ({ position, deleted, name, size }) => `@${position} ${deleted ? "deleted" : `${size} B`} ${name}`
        )
      }))
    )
    const told = {
      events: events.map(line),
      history,
      backups: yield* library.backups.list(),
      trash: yield* library.backups.list({ trash: true }),
      operations: (yield* library.history.operations()).map(({ commandId: _, ...operation }) => operation)
    }
    return JSON.parse(JSON.stringify(told))
  })
