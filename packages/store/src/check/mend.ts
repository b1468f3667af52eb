import { fromHex } from "@white-room/core"
import { writeCatalogueRows } from "../backup/Catalog.js"
import { commit } from "../capture/Commit.js"
import { watchAgain } from "../capture/Watch.js"
import { brokenTriggers } from "../live/Triggers.js"
import { renameCommands, replaceLostCommands } from "../log/Commands.js"
import { mendObjects } from "../mend/MendObjects.js"
import { hasDamaged, noteDamaged } from "../object/Damaged.js"
import { deleteUnused } from "../object/Objects.js"
import type { Session } from "../session/Session.js"
import type { Findings } from "./Findings.js"
import { mendEvents } from "./mendEvents.js"
import { mendTree } from "./mendTree.js"

/** Objects that are remembered in one transaction: keeps the lock short. */
const objectsPerSlice = 200

/** Remembers what a check found, so that it counts as missing until it is stored again. */
const note = (session: Session, { badObjects, unreadable }: Findings, now: number): void => {
  const found = [...new Map([...unreadable, ...badObjects])].map(([hash, reason]) => ({
    hash: fromHex(hash),
    reason
  }))
  for (let from = 0; from < found.length; from += objectsPerSlice)
    commit(session, { now }, () => noteDamaged(session.db, found.slice(from, from + objectsPerSlice), now))
}

/** What the index of objects says of nothing that is there, and what blocks say of themselves. */
const mendIndex = (session: Session, { wrongLengths, rubbish }: Findings, now: number): number =>
  commit(session, { now }, () => {
    const { db } = session
    let mended = db.run("DELETE FROM object WHERE typeof(hash) <> 'blob' OR length(hash) <> 32")
    for (const [number, bytes] of wrongLengths)
      mended += db.run("UPDATE block SET raw_bytes = ? WHERE number = ?", bytes, number)
    // As long as something is lost, even what cannot be opened is kept.
    if (rubbish.size > 0 && !hasDamaged(db)) {
      deleteUnused(db, [...rubbish])
      mended += rubbish.size
    }
    return mended
  })

const mendTriggers = (session: Session): number => {
  const broken = brokenTriggers(session.db).length
  if (broken > 0) watchAgain(session)
  return broken
}

/** Rows of the catalogue that a whole log knows better. A row that only the catalogue has stays. */
const mendCatalogue = (session: Session, { wrongRows, logIsWhole }: Findings, now: number): number => {
  if (logIsWhole && wrongRows.size > 0)
    commit(session, { now }, () => writeCatalogueRows(session.db, wrongRows))
  return logIsWhole ? wrongRows.size : 0
}

/** Which events a command wrote stands in the log. Of a row that is lost, who wrote them and when does not. */
const mendCommands = (session: Session, { namesOfCommands }: Findings, now: number): number =>
  namesOfCommands
    ? commit(session, { now }, () => replaceLostCommands(session.db) + renameCommands(session.db))
    : 0

/** Puts right what a check found, from what is whole in the library. Returns whether anything was. */
export const mend = (session: Session, findings: Findings, now: number): boolean => {
  const triggers = mendTriggers(session)
  const rows =
    mendCatalogue(session, findings, now) +
    mendCommands(session, findings, now) +
    mendEvents(session, findings, now)
  const tree = mendTree(session, findings, now)
  note(session, findings, now)
  const mended = mendObjects(session, now)
  return triggers + rows + tree + mended + mendIndex(session, findings, now) > 0
}
