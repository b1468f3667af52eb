/**
 * An open library: one writing connection, the rules that hold inside every write transaction, and what the
 * operations share. Everything in the store is a function of a `Session`.
 */
import { rmSync, statSync } from "node:fs"
import {
  type DecodedNodes,
  InvalidInput,
  LibraryReadOnly,
  LibraryReplaced,
  LibraryTooNew,
  malformed,
  type NewObject,
  type NodeStore,
  toHex,
  type UpcasterChain
} from "@white-room/core"
import type { InPlaceOptions } from "../file/InPlace.js"
import { type LiveTables, openLiveTables } from "../live/LiveTable.js"
import { liveObjects } from "../live/liveObjects.js"
import { sha256 } from "../object/Compression.js"
import { FirstNodes } from "../object/FirstNodes.js"
import { ObjectReader } from "../object/ObjectReader.js"
import { hasObject } from "../object/Objects.js"
import { busyTimeout, Database, type SqliteTransaction } from "../sqlite/Database.js"
import { bytesOf, textOf, wholeOf } from "../sqlite/StoredValue.js"
import { storageError } from "../sqlite/storageError.js"
import { Gate } from "./Gate.js"
import { Moved } from "./Moved.js"
import type { Checkpoint, State } from "./State.js"

/** The format this program writes. A library says which formats its readers and writers must know at least. */
export const formatVersion = 1

/** Device and inode: a file that was replaced at the same path has another identity. */
export const fileIdentity = (path: string): string => {
  const { dev, ino } = statSync(path, { bigint: true })
  return `${dev}:${ino}`
}

export interface LibraryInfo {
  readonly libraryId: string
  readonly minReader: number
  readonly minWriter: number
  readonly epoch: string
  readonly fileIdentity: string
  readonly schemaVersion: number
  readonly treeRoot: Uint8Array
  readonly treePosition: number
  readonly createdAt: number
}

const what = "library's own description"

export const readInfo = (db: Database): LibraryInfo => {
  const row = db.row<ReadonlyArray<unknown>>(
    `SELECT library_id, min_reader, min_writer, epoch, file_identity, schema_version, tree_root, tree_position,
            created_at FROM library_info WHERE id = 1`
  )
  if (row === undefined) throw malformed("library", "its own description is missing")
  return {
    libraryId: textOf(row[0], what),
    minReader: wholeOf(row[1], what),
    minWriter: wholeOf(row[2], what),
    epoch: toHex(bytesOf(row[3], what)),
    fileIdentity: textOf(row[4], what),
    schemaVersion: wholeOf(row[5], what),
    treeRoot: bytesOf(row[6], what),
    treePosition: wholeOf(row[7], what),
    createdAt: wholeOf(row[8], what)
  }
}

export interface SessionOptions extends InPlaceOptions {
  /** Who writes, as the log will say: `user@host`. */
  readonly actor: string
  readonly upcasters?: UpcasterChain
}

/** Where an open `Library` keeps its session, for the doors of this package. */
export const sessionOf: unique symbol = Symbol("session")

export class Session {
  readonly reader: ObjectReader
  /** The last that no backup took yet: a restore plans with it, then keeps it as safety backup. */
  lastCheckpoint: Checkpoint | undefined
  /** States from elsewhere, by the names that a restore may give: see `resolveState`. */
  readonly offered = new Map<string, State>()
  readonly gate: Gate
  /** Known inside a write transaction and on a snapshot, where nobody else can change the schema. */
  private schemaVersion: number | undefined
  private decoded: DecodedNodes | undefined

  constructor(
    readonly db: Database,
    /** The path as the user named it; messages say this one. */
    readonly path: string,
    readonly options: SessionOptions,
    private readonly identity: string,
    private readonly epoch: string,
    /** The temporary folder of a copy, when the library's own medium cannot be written. */
    private readonly aside: string | undefined
  ) {
    this.reader = new ObjectReader(
      db,
      undefined,
      liveObjects(() => this.tables)
    )
    this.gate = new Gate(path)
  }

  /** True when nothing can be written: the medium is read-only, or the format is too new for this program. */
  get readonly(): boolean {
    return this.aside !== undefined || this.db.handle.readonly || this.isTooNew
  }

  private get isTooNew(): boolean {
    return readInfo(this.db).minWriter > formatVersion
  }

  /** The live tables as they are now; looked up again when the schema changed. */
  get tables(): LiveTables {
    return this.db.perSchema(openLiveTables, this.schemaVersion)
  }

  /** Runs `body`, which comes by the same nodes of trees several times: they are decoded once. */
  rememberingNodes<A>(body: () => A): A {
    const outer = this.decoded
    this.decoded ??= new FirstNodes()
    try {
      return body()
    } finally {
      this.decoded = outer
    }
  }

  /** Where tree nodes are read, and collected to be written later: see `pending`. */
  nodeStore(pending: Map<string, NewObject>): NodeStore {
    return {
      sha256,
      ...(this.decoded && { decoded: this.decoded }),
      get: (hash) =>
        (pending.size === 0 ? undefined : pending.get(toHex(hash))?.bytes) ?? this.reader.get(hash),
      put: (bytes) => {
        const hash = sha256(bytes)
        const name = toHex(hash)
        if (!pending.has(name) && !hasObject(this.db, hash)) pending.set(name, { hash, bytes })
        return hash
      }
    }
  }

  /** The same, and collects nodes that are stored already too: what holds them may go before they are kept again. */
  nodeStoreOfAll(collected: Map<string, NewObject>): NodeStore {
    const put = (bytes: Uint8Array): Uint8Array => {
      const hash = sha256(bytes)
      collected.set(toHex(hash), { hash, bytes })
      return hash
    }
    return { ...this.nodeStore(collected), put }
  }

  /** Finds nodes of two states, each of which may hold some that are not stored yet. */
  bothStores(a: NodeStore, b: NodeStore): NodeStore {
    return {
      ...a,
      get: (hash) => {
        try {
          return a.get(hash)
        } catch {
          return b.get(hash)
        }
      }
    }
  }

  private checkFile(): void {
    if (this.aside !== undefined || this.db.handle.readonly) throw new LibraryReadOnly({ path: this.path })
    let found: string
    try {
      found = fileIdentity(this.path)
    } catch {
      throw new LibraryReplaced({ path: this.path })
    }
    if (found !== this.identity) throw new LibraryReplaced({ path: this.path })
  }

  private checkInside(): LibraryInfo {
    const info = readInfo(this.db)
    if (info.epoch !== this.epoch) throw new LibraryReplaced({ path: this.path })
    if (info.minWriter > formatVersion)
      throw new LibraryTooNew({
        path: this.path,
        needs: info.minWriter,
        supported: formatVersion,
        access: "write"
      })
    return info
  }

  /**
   * The only way to write: under the write lock, on the file that was opened, in a format this program may write,
   * with the capture triggers in place. All or nothing; nothing also when what it needs has moved.
   */
  write<A>(body: () => A | Moved): A | Moved {
    this.checkFile()
    return this.db.immediate(
      () => {
        const { schemaVersion } = this.db
        if (this.checkInside().schemaVersion !== schemaVersion) return Moved.schema
        return this.withSchema(schemaVersion, body)
      },
      (result) => !(result instanceof Moved)
    )
  }

  /** Many reads on one snapshot: nothing changes between them, the tables neither, and each is cheaper. */
  reading<A>(body: () => A): A {
    return this.schemaVersion === undefined
      ? this.db.snapshot(() => this.withSchema(this.db.schemaVersion, body))
      : body()
  }

  private withSchema<A>(version: number, body: () => A): A {
    const outer = this.schemaVersion
    this.schemaVersion = version
    try {
      return body()
    } finally {
      this.schemaVersion = outer
    }
  }

  /** Fails as a write would, for what must not go on without one. */
  requireWritable(): void {
    this.checkFile()
    this.checkInside()
  }

  /** `write` whatever an app did to the schema: for mending what it did. The schema is known after `rememberSchema`. */
  writeSchema<A>(body: () => A): A {
    this.checkFile()
    return this.db.immediate(() => {
      this.checkInside()
      return body()
    })
  }

  /** A transaction as that of `writeSchema`, left open for the caller to end; only to read where nothing can be written. */
  begin(): SqliteTransaction {
    if (this.readonly) return this.db.begin("read")
    this.checkFile()
    const transaction = this.db.begin()
    try {
      this.checkInside()
      return transaction
    } catch (error) {
      transaction.rollback()
      throw error
    }
  }

  /** What writes files, or needs the whole library for itself, cannot be taken back with a transaction. @throws InvalidInput */
  requireNoTransaction(): void {
    if (this.db.inTransaction)
      throw new InvalidInput({
        field: "transaction",
        reason: "this call cannot be part of one: make it before or after"
      })
  }

  /** Takes the schema as it is now for the known one; for what changed it, inside the same transaction. */
  rememberSchema(): void {
    this.db.run("UPDATE library_info SET schema_version = ? WHERE id = 1", this.db.schemaVersion)
  }

  /** A second, read-only connection, for long reads on one snapshot while this one goes on writing. */
  openReader(): Session {
    const db = Database.open(this.db.path, { readonly: true, upcasters: this.db.upcasters })
    return new Session(db, this.path, this.options, this.identity, this.epoch, undefined)
  }

  /**
   * Writes the WAL back into the file and gives its space back, as far as that goes now: without waiting for readers, and
   * nothing inside a transaction. What was committed is whole in the WAL, so a disk that is full fails nothing here.
   */
  checkpoint(): void {
    try {
      this.requireCheckpoint()
    } catch (error) {
      if (storageError(error, this.path) === undefined) throw error
    }
  }

  /** `checkpoint`, for a file that must not need its WAL. Fails as SQLite does. */
  requireCheckpoint(): void {
    if (this.readonly || this.db.inTransaction) return
    this.db.exec("PRAGMA busy_timeout = 0")
    try {
      this.db.pragma("wal_checkpoint(TRUNCATE)")
    } finally {
      this.db.exec(`PRAGMA busy_timeout = ${busyTimeout}`)
    }
  }

  close(): void {
    this.reader.endThread()
    this.db.close()
    if (this.aside !== undefined) rmSync(this.aside, { recursive: true, force: true })
  }
}
