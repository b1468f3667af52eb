import {
  type BackupInfo,
  decodeRecord,
  type EntityKey,
  emptyTree,
  equalBytes,
  fromHex,
  type Kind,
  malformed,
  type NewObject,
  type NodeStore,
  nameOfRecord,
  type ObjectRef,
  type OnProgress,
  objectsOfRecord,
  rowOfRecord,
  type TreeChange,
  treeInspector,
  treePartOf,
  updateTree,
  updateTreeByParts
} from "@white-room/core"
import { catalogueOfLog, rebuildCatalogue } from "../backup/Catalog.js"
import { commit } from "../capture/Commit.js"
import { type Damage, reasonOf } from "../check/Findings.js"
import { changeAt, changedEntities, changedKeys, latestStates, readHead } from "../log/EventTable.js"
import { NumberRows } from "../object/NumberRows.js"
import {
  countBlocks,
  hasObject,
  insertBlocks,
  nodeBlockTarget,
  packBlock,
  runsOf
} from "../object/Objects.js"
import { Places, placesOfRecords } from "../object/StorageOrder.js"
import type { Session } from "../session/Session.js"
import { storageError } from "../sqlite/storageError.js"

/** Rows that one transaction writes. */
const rowsAtOnce = 2000

/** Nodes are written when this many bytes of them wait. */
const nodesAtOnce = 4 * 1024 * 1024

/** What a library that was made of a log holds. */
export interface Settled {
  readonly position: number
  readonly songs: number
  readonly performances: number
  readonly preferences: number
  readonly backups: number
  /** What could not be brought, by song and backup; everything else is there. */
  readonly damaged: ReadonlyArray<Damage>
  /** Entities that the log says are there, and whose documents did not come. */
  readonly lost: ReadonlyArray<EntityKey>
}

type Count = Record<Kind, number>

/** Keeps the nodes of trees as they are made. */
class Nodes {
  private readonly pending = new Map<string, NewObject>()
  private size = 0
  readonly store: NodeStore

  constructor(
    private readonly session: Session,
    private readonly now: number
  ) {
    const base = session.nodeStore(this.pending)
    this.store = {
      ...base,
      put: (bytes) => {
        this.size += bytes.length
        return base.put(bytes)
      }
    }
  }

  write(least = 0): void {
    if (this.size < least || this.pending.size === 0) return
    const blocks = runsOf(this.pending.values(), nodeBlockTarget).map((run) => packBlock(run))
    commit(this.session, { now: this.now }, () => insertBlocks(this.session.db, blocks))
    this.pending.clear()
    this.size = 0
  }
}

const damageOf = (
  what: string,
  reason: string,
  backups: ReadonlyArray<string>,
  entities: ReadonlyArray<string>
) => ({
  what,
  reason,
  backups,
  entities
})

/** The events of the last states that are no deletion, and where their documents lie. */
const lastStates = ({ db }: Session) => {
  const [positions, places] = [new NumberRows(1), new Places()]
  function* records() {
    for (const { kind, position, record } of latestStates(db)) {
      if (record === null) continue
      positions.add([position])
      yield { kind, record }
    }
  }
  for (const place of placesOfRecords(db, records())) places.add(place)
  return { positions, places }
}

/** The live rows of the log's last states; an entity whose documents are missing has none, and is named. */
function* writeRows(
  session: Session,
  now: number,
  { damaged, lost }: { readonly damaged: Array<Damage>; readonly lost: Array<EntityKey> },
  onProgress?: OnProgress
): Generator<void, Count> {
  const count: Count = { song: 0, performance: 0, preferences: 0 }
  const { positions, places } = lastStates(session)
  const order = places.backwards()
  for (let from = 0; from < order.length; from += rowsAtOnce) {
    commit(session, { now }, (tx) => {
      // Keeps the capture triggers quiet; without events, nothing of it stays.
      tx.command()
      for (const each of order.subarray(from, from + rowsAtOnce)) {
        const { kind, id, record } = changeAt(session.db, positions.at(each, 0))
        if (record === null) continue
        try {
          const [document] = objectsOfRecord(kind, record)
          const place = document && places.at(each, document.hash)
          const row = rowOfRecord(decodeRecord(kind, record), ({ hash }) =>
            session.reader.getAlone(hash, place)
          )
          session.tables[kind]?.insert(row)
          count[kind]++
        } catch (error) {
          const known = storageError(error, session.path)
          if (known === undefined) throw error
          const name = nameOfRecord(kind, record) || id
          damaged.push(damageOf(`${kind} ${name}`, reasonOf(known), [], [`${name} (${id})`]))
          lost.push({ kind, id })
        }
      }
    })
    onProgress?.({
      done: Math.min(from + rowsAtOnce, order.length),
      total: order.length,
      step: "write rows"
    })
    yield
  }
  return count
}

/** More changes than this are brought into a tree part by part. */
const changesAtOnce = 8192

/** The tree of the state at a position, made of the one at an earlier. */
const grow = (session: Session, root: Uint8Array, after: number, until: number, nodes: Nodes): Uint8Array => {
  const { db } = session
  if (until - after <= changesAtOnce) return updateTree(root, changedEntities(db, after, until), nodes.store)
  const parts = new Map<string, NumberRows<1>>()
  const nameOf = (kind: Kind, part: number) => `${kind} ${part}`
  for (const key of changedKeys(db, after, until)) {
    const name = nameOf(key.kind, treePartOf(key, nodes.store.sha256))
    const rows = parts.get(name) ?? new NumberRows(1)
    parts.set(name, rows)
    rows.add([key.position])
  }
  const changesOf = (kind: Kind, part: number): ReadonlyArray<TreeChange> => {
    nodes.write(nodesAtOnce)
    const rows = parts.get(nameOf(kind, part))
    return Array.from({ length: rows?.length ?? 0 }, (_, row) => changeAt(db, rows?.at(row, 0) ?? 0))
  }
  return updateTreeByParts(root, changesOf, nodes.store)
}

/** Makes the trees of all kept backups and of the last state; a root that is not as its event says is damage. */
function* proveTrees(
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  now: number,
  damaged: Array<Damage>,
  onProgress?: OnProgress
): Generator<void> {
  const nodes = new Nodes(session, now)
  let root = emptyTree(nodes.store)
  let position = 0
  const own = backups.filter(({ trigger }) => trigger !== "imported").sort((a, b) => a.position - b.position)
  for (const [index, backup] of own.entries()) {
    root = grow(session, root, position, backup.position, nodes)
    position = backup.position
    if (!equalBytes(root, fromHex(backup.root))) {
      const name = `b${backup.number}`
      damaged.push(damageOf(`backup ${name}`, "the log does not lead to its root", [name], []))
    }
    nodes.write(nodesAtOnce)
    onProgress?.({ done: index + 1, total: own.length, step: "prove backups" })
    yield
  }
  const head = readHead(session.db)
  root = grow(session, root, position, head.position, nodes)
  nodes.write()
  commit(session, { now }, () => {
    session.db.run(
      "UPDATE library_info SET tree_root = ?, tree_position = ? WHERE id = 1",
      root,
      head.position
    )
    countBlocks(session.db)
  })
}

/** What kept backups need and was not among what came. */
const findMissing = (session: Session, backups: ReadonlyArray<BackupInfo>, damaged: Array<Damage>): void => {
  const lengths = (ref: ObjectRef): void => {
    if (!hasObject(session.db, ref.hash)) throw malformed("document", "its document is missing")
  }
  const problemsOf = treeInspector(session.nodeStore(new Map()), lengths)
  const found = new Map<string, Damage>()
  for (const backup of backups) {
    const name = `b${backup.number}`
    for (const { entity, error } of problemsOf(fromHex(backup.root))) {
      const key = entity === undefined ? name : `${entity.kind} ${entity.name || entity.id}`
      const before = found.get(key)
      const entities = entity === undefined ? [] : [`${entity.name} (${entity.id})`]
      found.set(key, damageOf(key, reasonOf(error), [...(before?.backups ?? []), name], entities))
    }
  }
  damaged.push(...found.values())
}

/**
 * Brings a library whose log and objects are there to what the log says: live rows, catalogue, trees. Every kept
 * backup is proven by its root, and every document of it looked for. Other fibers may run at each `yield`.
 */
export function* settle(session: Session, now: number, onProgress?: OnProgress): Generator<void, Settled> {
  const damaged: Array<Damage> = []
  const lost: Array<EntityKey> = []
  const count = yield* writeRows(session, now, { damaged, lost }, onProgress)
  commit(session, { now }, () => rebuildCatalogue(session.db))
  const backups = [...catalogueOfLog(session.db).values()]
  yield* proveTrees(session, backups, now, damaged, onProgress)
  findMissing(session, backups, damaged)
  return {
    position: readHead(session.db).position,
    songs: count.song,
    performances: count.performance,
    preferences: count.preferences,
    backups: backups.length,
    damaged,
    lost
  }
}
