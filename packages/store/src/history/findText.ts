/** Finding text in names and metadata through the whole history, also of what is gone. */
import {
  decodeRecord,
  type EntityKey,
  type FoundVersion,
  foldText,
  type Kind,
  keyString,
  liveTables,
  nameOfRecord,
  Text
} from "@white-room/core"
import { versionsSince } from "../log/EntityEvents.js"
import type { Session } from "../session/Session.js"
import { allOldVersions, namesIn, type OldVersion } from "../state/BeforeLog.js"

/** What of a version is looked at. */
interface Named {
  readonly name: string
  /** The columns that hold the text. */
  readonly columns: ReadonlyArray<string>
}

const areEqual = (a: Named, b: Named): boolean => a.name === b.name && a.columns.join() === b.columns.join()

/** The runs of versions in which a text was, as they are told one by one, those of an entity oldest first. */
class Runs {
  readonly closed: Array<FoundVersion> = []
  private readonly known = new Map<string, FoundVersion | undefined>()

  see(
    { kind, id }: EntityKey,
    { name, columns }: Named,
    at: Pick<FoundVersion, "position" | "source" | "firstIn" | "notIn"> & { readonly time: number }
  ): void {
    const key = keyString(kind, id)
    const open = this.known.get(key)
    if (open !== undefined && areEqual(open, { name, columns })) return
    const { time, ...place } = at
    const when = new Date(time)
    if (open !== undefined) this.closed.push({ ...open, until: when, untilPosition: at.position })
    this.known.set(key, columns.length === 0 ? undefined : { kind, id, name, columns, since: when, ...place })
  }

  get all(): ReadonlyArray<FoundVersion> {
    return [...this.closed, ...[...this.known.values()].filter((open) => open !== undefined)]
  }
}

const nothing: Named = { name: "", columns: [] }

const newestFirst = (a: FoundVersion, b: FoundVersion): number =>
  b.position - a.position || b.since.getTime() - a.since.getTime()

/** Every run of versions that hold the text, newest first: since when, until when, and where. */
export const findText = (session: Session, text: string): ReadonlyArray<FoundVersion> => {
  const wanted = foldText(text)
  const look = (kind: Kind, record: Uint8Array): Named => ({
    name: nameOfRecord(kind, record),
    columns: columnsWith(kind, record, wanted)
  })
  const runs = new Runs()
  const old = allOldVersions(session, look, areEqual)
  const seeOld = (key: EntityKey, versions: ReadonlyArray<OldVersion<Named>>) => {
    for (const version of versions) {
      const names = namesIn(version)
      const { value = nothing, time } = version
      runs.see(key, value, { position: 0, source: names.firstIn ?? "", ...names, time })
    }
  }
  for (const { position, kind, id, record, recordedAt: time } of versionsSince(session.db, 0)) {
    const key = keyString(kind, id)
    const before = old.get(key)
    if (before !== undefined) {
      seeOld(before, before.before(time))
      old.delete(key)
    }
    runs.see({ kind, id }, record ? look(kind, record) : nothing, { position, source: `@${position}`, time })
  }
  for (const entity of old.values()) seeOld(entity, entity.all())
  return runs.all.toSorted(newestFirst)
}

const columnsWith = (kind: Kind, record: Uint8Array, wanted: string): ReadonlyArray<string> => {
  const { contentColumn } = liveTables[kind]
  return [...decodeRecord(kind, record)]
    .filter(
      ([column, cell]) =>
        column !== contentColumn && cell instanceof Text && foldText(cell.toString()).includes(wanted)
    )
    .map(([column]) => column)
}
