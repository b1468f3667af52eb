/** Finding text in names and metadata through the whole history, also of what is gone. */
import { type EntityKey, type FoundVersion, keyString } from "@white-room/core"
import { versionsSince } from "../log/EntityEvents.js"
import type { Session } from "../session/Session.js"
import { allOldVersions, namesIn, type OldVersion } from "../state/BeforeLog.js"
import { areEqual, type Named, TextRuns } from "./TextRuns.js"

/** Every run of versions that hold the text, newest first: since when, until when, and where. */
export const findText = (session: Session, text: string): ReadonlyArray<FoundVersion> => {
  const runs = new TextRuns(text)
  const old = allOldVersions(session, (kind, record) => runs.look(kind, record), areEqual)
  const seeOld = (key: EntityKey, versions: ReadonlyArray<OldVersion<Named>>) => {
    for (const version of versions) {
      const names = namesIn(version)
      const { value, time } = version
      runs.see(key, value, { position: 0, source: names.firstIn ?? "", ...names, time })
    }
  }
  for (const { position, kind, id, record, recordedAt } of versionsSince(session.db, 0)) {
    const key = keyString(kind, id)
    const before = old.get(key)
    if (before !== undefined) {
      seeOld(before, before.before(recordedAt))
      old.delete(key)
    }
    runs.event({ kind, id }, record, position, recordedAt)
  }
  for (const entity of old.values()) seeOld(entity, entity.all())
  return runs.all
}
