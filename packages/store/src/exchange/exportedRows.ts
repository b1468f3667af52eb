/** The rows that an export writes: of any state of the library, by kind and name, one at a time. */
import {
  type Cell,
  compareBytes,
  decodeRecord,
  type EntityKey,
  EntityNotFound,
  type ExchangeEntity,
  type ExchangeProblem,
  type Family,
  fromHex,
  isWhiteRoomError,
  type Kind,
  keyString,
  kinds,
  liveTables,
  type NodeStore,
  nameOfRecord,
  parseTime,
  type Row,
  rowOfRecord,
  Text,
  toHex,
  utf8,
  walkTree
} from "@white-room/core"
import { allBackups } from "../backup/catalog.js"
import type { Session } from "../library/Session.js"
import { entriesOfSource, type Source } from "../restore/source.js"

export interface ExportedEntry extends EntityKey {
  readonly name: string
  readonly record: Uint8Array
}

export interface Selection {
  readonly only?: ReadonlyArray<EntityKey>
  readonly kinds?: ReadonlyArray<Kind>
}

const entryOf = (kind: Kind, id: string, record: Uint8Array): ExportedEntry => ({
  kind,
  id,
  name: nameOfRecord(kind, record),
  record
})

const chosen = (source: Source, { only, kinds: wanted = kinds }: Selection): ReadonlyArray<ExportedEntry> => {
  if (only === undefined)
    return wanted.flatMap((kind) =>
      entriesOfSource(source, kind).map(({ id, record }) => entryOf(kind, id, record))
    )
  const keys = [...new Map(only.map((key) => [keyString(key.kind, key.id), key])).values()]
  return keys.map(({ kind, id }) => {
    const record = source.record({ kind, id })
    if (record === undefined) throw new EntityNotFound({ kind, name: id, where: source.label, near: [] })
    return entryOf(kind, id, record)
  })
}

/** When an entity was created, for sorting. */
const createdAt = ({ kind, record }: ExportedEntry): number => {
  const cell = decodeRecord(kind, record).get("created_at")
  return (cell instanceof Text ? parseTime(cell.toString())?.getTime() : undefined) ?? 0
}

/** By kind, then as the apps of the family sort: Node by name, iOS by creation; then by id. @throws EntityNotFound */
export const selectEntries = (
  source: Source,
  selection: Selection,
  family: Family
): ReadonlyArray<ExportedEntry> => {
  const order = new Map(kinds.map((kind, index) => [kind, index]))
  return chosen(source, selection)
    .map((entry) => ({
      entry,
      rank: order.get(entry.kind) ?? 0,
      created: family === "ios" ? createdAt(entry) : 0,
      name: family === "ios" ? noBytes : utf8(entry.name)
    }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        a.created - b.created ||
        compareBytes(a.name, b.name) ||
        (a.entry.id < b.entry.id ? -1 : a.entry.id > b.entry.id ? 1 : 0)
    )
    .map(({ entry }) => entry)
}

const noBytes = new Uint8Array()

/** Columns of a record that no live table has. */
type Extras = ReadonlyMap<string, Cell>

const extrasOf = (kind: Kind, record: Uint8Array, row: () => Row): Extras | undefined => {
  const known = new Set(liveTables[kind].columns)
  const names = [...decodeRecord(kind, record).keys()].filter((name) => !known.has(name))
  if (names.length === 0) return undefined
  const cells = row()
  return new Map(names.flatMap((name) => [[name, cells.get(name) ?? null]]))
}

/**
 * What imported backups know of entities beside their columns, from the newest that knows something: the tables of the
 * app have no place for it, so the state of today lacks it. Shared parts of trees are walked once.
 */
export const importedExtras = (session: Session): ReadonlyMap<string, Extras> => {
  const found = new Map<string, Extras>()
  const seen = new Set<string>()
  const nodes: NodeStore = session.nodeStore(new Map())
  const imported = allBackups(session.db).filter(
    ({ trigger, forgottenAt }) => trigger === "imported" && forgottenAt === undefined
  )
  for (const { root } of imported.reverse())
    walkTree(fromHex(root), nodes, {
      node: (hash) => {
        const name = toHex(hash)
        if (seen.has(name)) return false
        seen.add(name)
        return true
      },
      entry: (kind, { id, record }) => {
        const key = keyString(kind, id)
        if (found.has(key)) return
        const extras = extrasOf(kind, record, () => readRow(session, kind, record))
        if (extras !== undefined) found.set(key, extras)
      },
      damage: () => undefined
    })
  return found
}

const readRow = (session: Session, kind: Kind, record: Uint8Array): Row =>
  rowOfRecord(decodeRecord(kind, record), (ref) => session.reader.get(ref.hash).slice())

/** The name of an entity in messages. */
export const entryLabel = ({ kind, id, name }: ExportedEntry): string =>
  `${kind} ${id}${name === "" ? "" : ` (${name})`}`

/**
 * The rows of these entries, in their order. An entity whose document is damaged or was released is passed over and
 * told; the others are not lost for it.
 */
export function* rowsOf(
  session: Session,
  entries: Iterable<ExportedEntry>,
  extras: ReadonlyMap<string, Extras>,
  onProblem: (problem: ExchangeProblem) => void
): Generator<ExchangeEntity> {
  for (const entry of entries) {
    const { kind, id } = entry
    const row = readable(session, entry, onProblem)
    if (row === undefined) continue
    const more = extras.get(keyString(kind, id))
    const added = more === undefined ? [] : [...more].filter(([column]) => !row.has(column))
    yield { kind, id, row: added.length === 0 ? row : new Map([...row, ...added]) }
  }
}

const readable = (
  session: Session,
  entry: ExportedEntry,
  onProblem: (problem: ExchangeProblem) => void
): Row | undefined => {
  try {
    return readRow(session, entry.kind, entry.record)
  } catch (error) {
    if (!isWhiteRoomError(error) || (error._tag !== "MalformedData" && error._tag !== "ContentReleased"))
      throw error
    onProblem({
      where: entryLabel(entry),
      reason: `its document cannot be read: ${error.message}`,
      leftOut: true
    })
    return undefined
  }
}
