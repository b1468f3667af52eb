/** The rows that an export writes: of any state of the library, by kind and name, one at a time. */
import {
  type Cell,
  compareBytes,
  decodeRecord,
  type EntityKey,
  type ExchangeEntity,
  type ExchangeProblem,
  type Family,
  fromHex,
  isWhiteRoomError,
  type Kind,
  keyString,
  kinds,
  liveTables,
  nameOfRecord,
  parseTime,
  type Row,
  recordSize,
  rowOfRecord,
  Text,
  utf8,
  walkTree
} from "@white-room/core"
import { allBackups } from "../backup/Catalog.js"
import { firstTime } from "../object/HashKeys.js"
import { ObjectReader } from "../object/ObjectReader.js"
import { inStorageOrder } from "../object/StorageOrder.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { type Selection, selectRecords } from "../state/States.js"

export interface ExportedEntry extends EntityKey {
  readonly name: string
  readonly record: Uint8Array
}

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
  const entries = selectRecords(source, selection).map(
    (each): ExportedEntry => ({ ...each, name: nameOfRecord(each.kind, each.record) })
  )
  const size = entries.reduce((sum, { kind, record }) => sum + recordSize(kind, record), 0)
  const ordered = asApps(entries, family)
  return kinds.flatMap((kind) => {
    const ofKind = ordered.filter((entry) => entry.kind === kind)
    return size > heldBytes
      ? inStorageOrder(session.db, ofKind, ({ record }) => record).map(({ item }) => item)
      : ofKind
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
  const isNew = firstTime()
  const nodes = session.nodeStore(new Map())
  const imported = allBackups(session.db).filter(
    ({ trigger, forgottenAt }) => trigger === "imported" && forgottenAt === undefined
  )
  for (const { root } of imported.reverse())
    walkTree(fromHex(root), nodes, {
      node: isNew,
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
