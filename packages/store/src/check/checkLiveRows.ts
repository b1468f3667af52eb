import { type Kind, keyString, kinds, nameOfRecord } from "@white-room/core"
import { compareLive, type LiveDifference, liveDifferences } from "../capture/LiveDifferences.js"
import { pendingChanges } from "../capture/Pending.js"
import { stateOf } from "../log/EventTable.js"
import type { Session } from "../session/Session.js"
import { type Findings, reasonOf } from "./Findings.js"
import { liveKeys } from "./liveKeys.js"
import type { RecordKeys } from "./Replay.js"

const nameOfEntity = (session: Session, kind: Kind, id: string): string => {
  try {
    const { record } = stateOf(session.db, { kind, id })
    const name = record ? nameOfRecord(kind, record) : ""
    return name === "" ? `${kind} ${id}` : `${kind} ${name} (${id})`
  } catch (error) {
    reasonOf(error)
    return `${kind} ${id}`
  }
}

const reasons = {
  differs: "its live row is not what the log says, and no program was seen writing it",
  missing: "its live row is gone, and no program was seen deleting it",
  unknown: "the log does not know it, and no program was seen writing it"
} as const

/** Live rows that are not what the log was found to say, or says. */
function* differencesTo(session: Session, records: RecordKeys | undefined): Generator<LiveDifference> {
  if (records === undefined) yield* liveDifferences(session)
  else
    for (const kind of kinds)
      yield* compareLive(kind, records[kind], liveKeys(session.tables[kind]), (said, is) => said === is)
}

/**
 * Live rows must be what the log says, but for changes that are noted and wait to be taken over, and for rows that
 * those may have removed unseen.
 */
export const checkLiveRows = (
  session: Session,
  records: RecordKeys | undefined,
  findings: Findings
): void => {
  const pending = pendingChanges(session)
  const noted = new Set(pending.map(({ kind, id }) => keyString(kind, id)))
  const replaced = new Set(
    pending.filter(({ kind }) => session.tables[kind]?.replacesUnseen === true).map(({ kind }) => kind)
  )
  try {
    for (const { kind, id, reason } of differencesTo(session, records)) {
      if (noted.has(keyString(kind, id)) || (reason === "missing" && replaced.has(kind))) continue
      const name = nameOfEntity(session, kind, id)
      findings.add(name, reasons[reason], [], [name])
    }
  } catch (error) {
    findings.add("the live tables", reasonOf(error))
  }
}
