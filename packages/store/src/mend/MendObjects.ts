/**
 * Storing again what was found damaged, from what is whole: documents from the live rows, nodes of trees from the log,
 * and all of it from blocks of which the index does not tell. It goes in slices, each of which is kept for itself; what
 * is found nowhere stays remembered.
 */
import {
  ContentReleased,
  emptyTree,
  encodeRecord,
  isWhiteRoomError,
  kinds,
  type NewObject,
  type NodeStore,
  objectsOfRecord,
  type TreeVisitor,
  updateTree,
  walkTree
} from "@white-room/core"
import { commit } from "../capture/Commit.js"
import { changedEntities, readHead } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import {
  allDamaged,
  countDamaged,
  hasDamaged,
  isKept,
  noteDamaged,
  type Suspect,
  takeBackSound
} from "../object/Damaged.js"
import { firstTime, hashKey } from "../object/HashKeys.js"
import { insertBlocks, objectsOfBlock, packBlock, readBlock, runsOf } from "../object/Objects.js"
import { rememberDamage } from "../session/rememberDamage.js"
import { readInfo, type Session } from "../session/Session.js"
import { ifReadable } from "../sqlite/ifReadable.js"
import { bytesOf, wholeOf } from "../sqlite/StoredValue.js"

/** What is sought, by the keys of the hashes. */
type Wanted = Set<string>

const sliceBytes = 1024 * 1024

const rowsAtOnce = 50

const pick = (wanted: Wanted, objects: Iterable<NewObject>): ReadonlyArray<NewObject> =>
  [...objects].filter(({ hash }) => wanted.has(hashKey(hash)))

/** Parts of damaged blocks can be read, up to the damage. */
function* fromDamagedBlocks(session: Session): Generator<ReadonlyArray<NewObject>> {
  for (const { hash } of allDamaged(session.db)) {
    const bytes = ifReadable(() => session.reader.getAlone(hash))
    if (bytes !== undefined) yield [{ hash, bytes: bytes.slice() }]
  }
}

function* fromLiveRows(session: Session, wanted: Wanted): Generator<ReadonlyArray<NewObject>> {
  for (const kind of kinds)
    for (const { row } of session.tables[kind]?.rows(rowsAtOnce) ?? [])
      yield pick(wanted, encodeRecord(kind, row, sha256).objects)
}

/** Where the trees that the log tells stand in it, in order. */
const checkpoints = (session: Session): ReadonlyArray<number> => {
  const backups = session.db
    .rows<[unknown]>("SELECT position FROM backup_catalog WHERE trigger <> 'imported'")
    .map(([position]) => wholeOf(position, "backup catalogue"))
  return [...new Set([...backups, readInfo(session.db).treePosition])].sort((a, b) => a - b)
}

/** Trees are canonical: folding the log again makes the same nodes. */
function* fromLog(session: Session, wanted: Wanted): Generator<ReadonlyArray<NewObject>> {
  const computed = new Map<string, NewObject>()
  const kept = new Map<string, NewObject>()
  const store: NodeStore = {
    sha256,
    get: (hash) => {
      const key = hashKey(hash)
      return (computed.get(key) ?? kept.get(key))?.bytes ?? session.reader.get(hash)
    },
    put: (bytes) => {
      const hash = sha256(bytes)
      computed.set(hashKey(hash), { hash, bytes })
      return hash
    }
  }
  let root = emptyTree(store)
  let from = 0
  for (const position of checkpoints(session)) {
    root = updateTree(root, changedEntities(session.db, from, position), store)
    from = position
    const found = pick(wanted, computed.values())
    // The others are stored, and can be read.
    for (const object of found) kept.set(hashKey(object.hash), object)
    computed.clear()
    yield found
  }
}

/** Blocks describe themselves: what the index lost is still in them. */
function* fromBlocks(session: Session, wanted: Wanted): Generator<ReadonlyArray<NewObject>> {
  const numbers = session.db.rows<[unknown]>("SELECT number FROM block ORDER BY number")
  for (const [number] of numbers) {
    const data = ifReadable(() => readBlock(session.db, wholeOf(number, "block")))
    const objects = data && ifReadable(() => objectsOfBlock(data))
    if (objects !== undefined) yield pick(wanted, objects)
  }
}

/** Stores what a source has, slice by slice. A source that cannot be read to its end has given what it could. */
const storeFrom = (
  session: Session,
  wanted: Wanted,
  source: Generator<ReadonlyArray<NewObject>>,
  now: number
): void => {
  let waiting: Array<NewObject> = []
  let size = 0
  const store = () => {
    const blocks = runsOf(waiting).map((run) => packBlock(run))
    waiting = []
    size = 0
    if (blocks.length > 0) commit(session, { now }, () => insertBlocks(session.db, blocks))
  }
  while (wanted.size > 0) {
    const step = ifReadable(() => source.next())
    if (step === undefined || step.done === true) break
    for (const object of step.value) {
      if (!wanted.delete(hashKey(object.hash))) continue
      waiting.push(object)
      size += object.bytes.length
    }
    if (size >= sliceBytes) store()
  }
  store()
}

const mendOnce = (session: Session, now: number): void => {
  const sought = (): Wanted => new Set(allDamaged(session.db).map(({ hash }) => hashKey(hash)))
  const from = (source: (wanted: Wanted) => Generator<ReadonlyArray<NewObject>>) => {
    const wanted = sought()
    if (wanted.size > 0) storeFrom(session, wanted, source(wanted), now)
  }
  commit(session, { now }, () => takeBackSound(session.db))
  from(() => fromDamagedBlocks(session))
  from((wanted) => fromLiveRows(session, wanted))
  from((wanted) => fromLog(session, wanted))
  from((wanted) => fromBlocks(session, wanted))
}

/**
 * Stores again what is remembered as damaged, as far as it is found whole in this library. Returns how many objects that
 * were. Cut short, what was stored stays, and the next call goes on.
 */
export const mendObjects = (session: Session, now: number): number => {
  rememberDamage(session, now)
  if (!hasDamaged(session.db) || session.readonly || session.db.inTransaction) return 0
  let mended = 0
  for (;;) {
    const before = countDamaged(session.db)
    mendOnce(session, now)
    mended += before - countDamaged(session.db)
    // Looking may have found more that is damaged, such as a node on the way.
    if (session.reader.suspects.size === 0) return mended
    const left = countDamaged(session.db)
    rememberDamage(session, now)
    if (session.reader.suspects.size > 0 || countDamaged(session.db) <= left) return mended
  }
}

/** What the present state and kept backups need and the library tells of nowhere: its row in the index is gone. */
const lostObjects = (session: Session): ReadonlyArray<Suspect> => {
  const { db } = session
  const { treeRoot, treePosition } = readInfo(db)
  const lost: Array<Suspect> = []
  const isNew = firstTime()
  const need = (hash: Uint8Array): void => {
    if (isNew(hash) && !isKept(db, hash)) lost.push({ hash, reason: "its place in the file is not known" })
  }
  const visitor: TreeVisitor = {
    node: isNew,
    entry: (_kind, _entry, documents) => {
      for (const { hash } of documents) need(hash)
    },
    damage: (hash, _kind, error) => {
      if (!isWhiteRoomError(error)) throw error
      if (error instanceof ContentReleased) lost.push({ hash, reason: "its place in the file is not known" })
    }
  }
  const roots = db.rows<[unknown]>("SELECT root FROM backup_catalog")
  for (const root of [treeRoot, ...roots.map(([stored]) => bytesOf(stored, "backup catalogue"))])
    walkTree(root, session.nodeStore(new Map()), visitor)
  for (const { kind, record } of changedEntities(db, treePosition, readHead(db).position))
    if (record !== null) for (const { hash } of objectsOfRecord(kind, record)) need(hash)
  return lost
}

/** `mendObjects` also for what nobody has noted, because the library tells of it nowhere. Walks every tree. */
const mendLost = (session: Session, now: number): number => {
  let mended = mendObjects(session, now)
  if (session.readonly || session.db.inTransaction) return mended
  // A node that is stored again shows what is lost below it.
  const look = () => session.reading(() => lostObjects(session))
  for (let lost = look(); lost.length > 0; lost = look()) {
    const found = lost
    commit(session, { now }, () => noteDamaged(session.db, found, now))
    mended += mendObjects(session, now)
  }
  return mended
}

/**
 * Runs it again, once, when it failed by what could be mended since. `needed`: nothing that it reads may have been released
 * by a policy, so that what is not there is lost.
 */
export const mending = <A>(session: Session, now: number, body: () => A, needed = false): A => {
  try {
    return body()
  } catch (error) {
    const isLost = needed && error instanceof ContentReleased
    if (session.db.inTransaction || session.readonly) throw error
    if (!isLost && session.reader.suspects.size === 0) throw error
    if ((isLost ? mendLost : mendObjects)(session, now) === 0) throw error
    return body()
  }
}
