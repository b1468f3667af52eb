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
  objectsOfRecord,
  parseTime,
  type Row,
  recordSize,
  rowOfRecord,
  Text,
  toHex,
  utf8,
  walkTree
} from "@white-room/core"
import { allBackups } from "../backup/Catalog.js"
import { ObjectReader } from "../object/ObjectReader.js"
import { blockOf } from "../object/Objects.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { entriesOfState } from "../state/States.js"

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

const chosen = (source: State, { only, kinds: wanted = kinds }: Selection): ReadonlyArray<ExportedEntry> => {
  if (only === undefined)
    return wanted.flatMap((kind) =>
      entriesOfState(source, kind).map(({ id, record }) => entryOf(kind, id, record))
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

/** As the apps of the family sort: Node by name, iOS by creation; then by id. */
const asApps = (entries: ReadonlyArray<ExportedEntry>, family: Family): ReadonlyArray<ExportedEntry> =>
  entries
    .map((entry) => ({
      entry,
      created: family === "ios" ? createdAt(entry) : 0,
      name: family === "ios" ? noBytes : utf8(entry.name)
    }))
    .sort(
      (a, b) =>
        a.created - b.created ||
        compareBytes(a.name, b.name) ||
        (a.entry.id < b.entry.id ? -1 : a.entry.id > b.entry.id ? 1 : 0)
    )
    .map(({ entry }) => entry)

/** Raw bytes of opened blocks that an export keeps at hand. */
const heldBytes = 64 * 1024 * 1024

/** As their documents lie in the file, so that each block is opened once. */
const asStored = (session: Session, entries: ReadonlyArray<ExportedEntry>): ReadonlyArray<ExportedEntry> =>
  entries
    .map((entry) => {
      const [document] = objectsOfRecord(entry.kind, entry.record)
      return { entry, block: document === undefined ? 0 : (blockOf(session.db, document.hash) ?? 0) }
    })
    .sort((a, b) => a.block - b.block)
    .map(({ entry }) => entry)

/**
 * By kind, and within each as the apps sort; what is too large to be held comes as it is stored.
 * @throws EntityNotFound
 */
export const selectEntries = (
  session: Session,
  source: State,
  selection: Selection,
  family: Family
): ReadonlyArray<ExportedEntry> => {
  const entries = chosen(source, selection)
  const size = entries.reduce((sum, { kind, record }) => sum + recordSize(kind, record), 0)
  const ordered = asApps(entries, family)
  return kinds.flatMap((kind) => {
    const ofKind = ordered.filter((entry) => entry.kind === kind)
    return size > heldBytes ? asStored(session, ofKind) : ofKind
  })
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
        const extras = extrasOf(kind, record, () => readRow(session.reader, kind, record))
        if (extras !== undefined) found.set(key, extras)
      },
      damage: () => undefined
    })
  return found
}

const readRow = (reader: ObjectReader, kind: Kind, record: Uint8Array): Row =>
  rowOfRecord(decodeRecord(kind, record), (ref) => reader.get(ref.hash).slice())

/** The name of an entity in messages. */
const entryLabel = ({ kind, id, name }: ExportedEntry): string =>
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
  const reader = new ObjectReader(session.db, heldBytes)
  for (const entry of entries) {
    const { kind, id } = entry
    const row = readable(reader, entry, onProblem)
    if (row === undefined) continue
    const more = extras.get(keyString(kind, id))
    const added = more === undefined ? [] : [...more].filter(([column]) => !row.has(column))
    yield { kind, id, row: added.length === 0 ? row : new Map([...row, ...added]) }
  }
}

const readable = (
  reader: ObjectReader,
  entry: ExportedEntry,
  onProblem: (problem: ExchangeProblem) => void
): Row | undefined => {
  try {
    return readRow(reader, entry.kind, entry.record)
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
