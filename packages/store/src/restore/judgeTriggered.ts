import {
  AppRefused,
  changedInRecord,
  type EntityKey,
  equalBytes,
  keyString,
  liveTables,
  nameOfRecord,
  type PlanItem,
  type TriggeredChange
} from "@white-room/core"
import type { Verb } from "../live/AppSchema.js"
import { stateOf } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import { label } from "./label.js"

export interface Judged {
  /** Items that are there as wished, but perhaps for columns that a trigger of the app sets. */
  readonly done: ReadonlyArray<PlanItem>
  readonly errors: ReadonlyArray<string>
  readonly triggered: ReadonlyArray<TriggeredChange>
}

const verbs = {
  create: "insert",
  update: "update",
  delete: "delete",
  keep: "update"
} as const satisfies Record<PlanItem["action"], Verb>

/** The triggers that writing an item may run; SQLite is asked once for each table and verb. */
const makeTriggersOf = (session: Session): ((item: PlanItem) => ReadonlyArray<string>) => {
  const known = new Map<string, ReadonlyArray<string>>()
  return ({ kind, action }) => {
    const name = `${kind} ${verbs[action]}`
    const found = known.get(name) ?? session.tables[kind]?.triggersOf(verbs[action]) ?? []
    known.set(name, found)
    return found
  }
}

/**
 * What became of items that the app's columns or triggers may have changed, by what the log says now, which is what is there.
 * `others`: entities that the triggers changed besides. @throws AppRefused when one went, or came back
 */
export const judgeTriggered = (
  session: Session,
  items: ReadonlyArray<PlanItem>,
  others: ReadonlyArray<EntityKey>
): Judged => {
  const triggersOf = makeTriggersOf(session)
  const done: Array<PlanItem> = []
  const errors: Array<string> = []
  const triggered: Array<TriggeredChange> = []
  for (const item of items) {
    const { kind, id, name, before, after, action } = item
    const { record } = stateOf(session.db, item)
    const triggers = triggersOf(item)
    if ((record === undefined) !== (action === "delete")) {
      const { table } = liveTables[kind]
      const reason = record === undefined ? "it is gone again" : "it is still there"
      throw new AppRefused({ what: label(item), table, triggers, reason })
    }
    const columns = record && after ? changedInRecord(kind, record, after) : []
    if (columns.length > 0) triggered.push({ kind, id, name, columns, triggers })
    const content = liveTables[kind].contentColumn
    if (content !== undefined && columns.includes(content))
      errors.push(
        `${label(item)}: its document is what the app's ${triggers.join(", ") || "table"} made of it`
      )
    else if (columns.length === 0 || !(record && before && equalBytes(record, before))) done.push(item)
  }
  const written = new Set(items.map(({ kind, id }) => keyString(kind, id)))
  const all = [...new Set(items.flatMap(triggersOf))]
  for (const { kind, id } of others) {
    if (written.has(keyString(kind, id))) continue
    const { record } = stateOf(session.db, { kind, id })
    triggered.push({
      kind,
      id,
      name: record ? nameOfRecord(kind, record) : "",
      columns: [],
      triggers: all
    })
  }
  return { done, errors, triggered }
}
