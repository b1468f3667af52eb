import { isWhiteRoomError, keyString } from "@white-room/core"
import type { BackupsChange, EntityFact, LogFacts } from "@white-room/store/transfer"
import type { ListedSegment } from "./segment/SegmentName.js"
import type { OpenSegment } from "./segment/SegmentReader.js"
import { nameInState, sizeInState } from "./segment/StateFold.js"
import type { EntityPlace } from "./segment/StatePages.js"

const byId = ({ since, kept, gone }: BackupsChange) => ({
  since,
  kept: kept.toSorted((a, b) => a.number - b.number),
  gone: gone.toSorted()
})

const isSame = (a: BackupsChange, b: BackupsChange): boolean =>
  JSON.stringify(byId(a)) === JSON.stringify(byId(b))

/** What was deleted keeps the name that it had. */
const nameOf = (facts: LogFacts, entity: EntityPlace, fact: EntityFact): string | undefined => {
  for (let at: EntityFact | undefined = fact; at !== undefined; at = facts.entity(entity, at.position - 1))
    if (at.record !== undefined) return nameInState(entity.kind, at.record)
  return undefined
}

const isTrue = (facts: LogFacts, entity: EntityPlace, until: number): boolean => {
  const fact = facts.entity(entity, until)
  return (
    fact !== undefined &&
    fact.position === entity.position &&
    fact.version === entity.version &&
    sizeInState(entity.kind, fact.record) === entity.size &&
    nameOf(facts, entity, fact) === entity.name
  )
}

const isStateTrue = (facts: LogFacts, { last }: ListedSegment, segment: OpenSegment): boolean => {
  const seen = new Set<string>()
  for (const page of segment.states())
    for (const entity of page) {
      seen.add(keyString(entity.kind, entity.id))
      if (!isTrue(facts, entity, last)) return false
    }
  return seen.size === 0 || seen.size === facts.entities(last)
}

const areBackupsTrue = (facts: LogFacts, { last }: ListedSegment, segment: OpenSegment): boolean => {
  const said = segment.backups()
  return said === undefined || isSame(said, facts.backupsChanged(said.since, last))
}

/**
 * Holds what a segment says of its state and of backups against the log it was derived of, which came up to its last event.
 * Gives what is wrong with it: bytes that are as they were written can still be what a faulty program wrote.
 */
export const checkDerived = (
  facts: LogFacts,
  listed: ListedSegment,
  segment: OpenSegment
): string | undefined => {
  const wrong = (what: string) =>
    `its ${what} is not what the log says; what plays the log, as clone does, is right`
  try {
    if (!areBackupsTrue(facts, listed, segment)) return wrong("list of backups")
    return isStateTrue(facts, listed, segment) ? undefined : wrong("state")
  } catch (error) {
    if (!isWhiteRoomError(error)) throw error
    return wrong("state or list of backups")
  }
}
