/** A text in names and metadata, as versions are told one by one: in which of them it was, from when to when. */
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

/** What of a version is looked at. */
export interface Named {
  readonly name: string
  /** The columns that hold the text. */
  readonly columns: ReadonlyArray<string>
}

export const areEqual = (a: Named, b: Named): boolean =>
  a.name === b.name && a.columns.join() === b.columns.join()

const nothing: Named = { name: "", columns: [] }

const newestFirst = (a: FoundVersion, b: FoundVersion): number =>
  b.position - a.position || b.since.getTime() - a.since.getTime()

/** The runs of versions in which a text was, as they are told one by one, those of an entity oldest first. */
export class TextRuns {
  private readonly closed: Array<FoundVersion> = []
  private readonly wanted: string
  private readonly known = new Map<string, FoundVersion | undefined>()

  constructor(text: string) {
    this.wanted = foldText(text)
  }

  /** What of a record is looked at. */
  look(kind: Kind, record: Uint8Array): Named {
    return { name: nameOfRecord(kind, record), columns: columnsWith(kind, record, this.wanted) }
  }

  /** An event of the log; without a record it is a deletion. */
  event(key: EntityKey, record: Uint8Array | undefined, position: number, time: number): void {
    const named = record && this.look(key.kind, record)
    this.see(key, named, { position, source: `@${position}`, time })
  }

  /** A version of an entity: where it stands, and since when it is. */
  see(
    { kind, id }: EntityKey,
    /** `undefined`: it is not there. */
    named: Named | undefined,
    at: Pick<FoundVersion, "position" | "source" | "firstIn" | "notIn"> & { readonly time: number }
  ): void {
    const { name, columns } = named ?? nothing
    const key = keyString(kind, id)
    const open = this.known.get(key)
    if (open !== undefined && areEqual(open, { name, columns })) return
    const { time, ...place } = at
    const when = new Date(time)
    if (open !== undefined) this.closed.push({ ...open, until: when, untilPosition: at.position })
    this.known.set(key, columns.length === 0 ? undefined : { kind, id, name, columns, since: when, ...place })
  }

  /** Newest first. */
  get all(): ReadonlyArray<FoundVersion> {
    const open = [...this.known.values()].filter((run) => run !== undefined)
    return [...this.closed, ...open].toSorted(newestFirst)
  }
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
