/**
 * One SQLite connection with the promises of this store: immediate transactions, synchronous=FULL, typed errors.
 * Everything on it is synchronous; a transaction of the store is one uninterrupted call, so fibers of one process never
 * interleave inside it. Those that stay open, of the SQL door, have a gate. `better-sqlite3` is used directly: see
 * ADR 2 and 18.
 */

import { statfsSync } from "node:fs"
import { dirname } from "node:path"
import {
  DiskFull,
  InvalidInput,
  isWhiteRoomError,
  LibraryDamaged,
  LibraryLocked,
  LibraryReadOnly,
  malformed,
  NotALibrary,
  StorageFailed,
  type UpcasterChain,
  upcasters,
  type WhiteRoomError
} from "@white-room/core"
import Sqlite from "better-sqlite3"

export type Statement = Sqlite.Statement<Array<unknown>, unknown>

/** How long a writer waits for another one, in milliseconds. */
export const busyTimeout = 5000

/** SQLite needs room for the index of its write-ahead log; without it, it only says that reading or opening failed. */
const roomToOpen = 64 * 1024

const isDiskFull = (file: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(file))
    return bavail * bsize < roomToOpen
  } catch {
    return false
  }
}

/** The typed error for what SQLite or the file system threw; `undefined` for what is a bug. */
export const storageError = (error: unknown, path: string): WhiteRoomError | undefined => {
  if (isWhiteRoomError(error)) return error
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined
  const { code, message } = error
  if (code.startsWith("SQLITE_FULL") || code === "ENOSPC" || code === "EDQUOT") return new DiskFull({ path })
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return new LibraryLocked({ path })
  if (code.startsWith("SQLITE_CORRUPT")) return new LibraryDamaged({ path, detail: message })
  if (code.startsWith("SQLITE_NOTADB")) return new NotALibrary({ path, reason: "it is no SQLite database" })
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS" || code === "EACCES" || code === "EPERM")
    return new LibraryReadOnly({ path })
  if (code.startsWith("SQLITE_IOERR") || code.startsWith("SQLITE_CANTOPEN"))
    return isDiskFull(path)
      ? new DiskFull({ path })
      : new StorageFailed({ path, operation: "read or write", detail: message })
  if (code.startsWith("SQLITE_TOOBIG"))
    return new StorageFailed({ path, operation: "read or write", detail: message })
  if (code === "SQLITE_ERROR" && (message === "unsupported file format" || message === "integer overflow"))
    return new LibraryDamaged({ path, detail: message })
  if (code === "SQLITE_ERROR" && /no such (table|column|index)|has no column/.test(message))
    return malformed("library", `the app changed its tables (${message})`)
  if (code.startsWith("SQLITE_CONSTRAINT")) return new InvalidInput({ field: "row", reason: message })
  if (/^E[A-Z]+$/.test(code)) return new StorageFailed({ path, operation: "read or write", detail: message })
  return undefined
}

export interface LockReport {
  /** Milliseconds between getting and giving back the write lock. */
  readonly held: number
}

/** Why what belongs to a transaction fails once that was undone. */
export const wasUndone = (path: string): StorageFailed =>
  new StorageFailed({ path, operation: "write", detail: "the transaction that this belongs to was undone" })

/** An open transaction, or an open part of one. */
export interface Transaction {
  readonly isWhole: boolean
  /** False once it has ended, also when SQLite undid it by itself, as it may when the disk is full. */
  readonly isOpen: () => boolean
  /** It stays open when this throws. */
  readonly commit: () => void
  /** Does nothing when it has ended. */
  readonly rollback: () => void
}

const settle = (handle: Sqlite.Database, readonly: boolean): void => {
  if (!readonly) {
    handle.pragma("synchronous = FULL")
    handle.pragma("fullfsync = 1")
    handle.pragma("checkpoint_fullfsync = 1")
    // Pages that many writes touch go back into the file a quarter as often as by SQLite's own figure. More than this
    // would not fit into the first table of the log's index, and reading would look into two.
    handle.pragma("wal_autocheckpoint = 4000")
    handle.pragma("journal_size_limit = 16777216")
  }
  handle.pragma("cell_size_check = 1")
  handle.pragma("trusted_schema = 1")
  handle.pragma("foreign_keys = 0")
}

export interface DatabaseOptions {
  readonly readonly: boolean
  readonly create?: boolean
  /** Default: the steps there are. */
  readonly upcasters?: UpcasterChain
}

export class Database {
  private readonly statements = new Map<string, Statement>()
  private readonly facts = new Map<
    (db: Database) => unknown,
    { readonly version: number; readonly fact: unknown }
  >()
  /** Set by benchmarks to learn how long each write transaction held the lock. */
  onLock: ((report: LockReport) => void) | undefined
  /** How many transactions are open, each but the first a part of the one before. */
  private depth = 0
  /** True inside a transaction that was opened only to read. */
  onlyReads = false

  private constructor(
    readonly handle: Sqlite.Database,
    readonly path: string,
    /** How this connection reads events of older schema versions. */
    readonly upcasters: UpcasterChain
  ) {}

  /** Opens an existing file. Durability settings are per connection and set here, every time. */
  static open(path: string, options: DatabaseOptions): Database {
    const handle = new Sqlite(path, {
      readonly: options.readonly,
      fileMustExist: options.create !== true,
      timeout: busyTimeout
    })
    try {
      settle(handle, options.readonly)
    } catch (error) {
      handle.close()
      throw error
    }
    return new Database(handle, path, options.upcasters ?? upcasters)
  }

  /** A prepared statement, kept for the life of the connection. Rows come as arrays. */
  prepare(sql: string): Statement {
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    const statement = this.handle.prepare<Array<unknown>, unknown>(sql)
    if (statement.reader) statement.raw(true)
    this.statements.set(sql, statement)
    return statement
  }

  /** The first row, or `undefined`. */
  row<Row extends ReadonlyArray<unknown>>(
    sql: string,
    ...parameters: ReadonlyArray<unknown>
  ): Row | undefined {
    return this.prepare(sql).get(...parameters) as Row | undefined
  }

  /** All rows; only for results that are bounded. */
  rows<Row extends ReadonlyArray<unknown>>(
    sql: string,
    ...parameters: ReadonlyArray<unknown>
  ): ReadonlyArray<Row> {
    return this.prepare(sql).all(...parameters) as ReadonlyArray<Row>
  }

  /** `rows` with every INTEGER as a bigint, because a number of JavaScript would not hold each of them. */
  wholeRows(sql: string, ...parameters: ReadonlyArray<unknown>): ReadonlyArray<ReadonlyArray<unknown>> {
    return this.prepare(sql)
      .safeIntegers()
      .all(...parameters) as ReadonlyArray<ReadonlyArray<unknown>>
  }

  /** Rows one by one; nothing else may run on this connection meanwhile. */
  iterate<Row extends ReadonlyArray<unknown>>(
    sql: string,
    ...parameters: ReadonlyArray<unknown>
  ): IterableIterator<Row> {
    return this.prepare(sql).iterate(...parameters) as IterableIterator<Row>
  }

  /** Runs a statement that returns no rows; gives the number of rows changed. */
  run(sql: string, ...parameters: ReadonlyArray<unknown>): number {
    return this.prepare(sql).run(...parameters).changes
  }

  exec(sql: string): void {
    this.handle.exec(sql)
  }

  /** A pragma's single value. */
  pragma(source: string): unknown {
    return this.handle.pragma(source, { simple: true })
  }

  /** Changes whenever a program changes a table, index or trigger. Asked often: prepared, unlike other pragmas. */
  get schemaVersion(): number {
    return this.row<[number]>("PRAGMA schema_version")?.[0] ?? 0
  }

  /** A fact about the schema, found out once for as long as the schema stays as it is, which is at `version`. */
  perSchema<A>(find: (db: Database) => A, version = this.schemaVersion): A {
    const known = this.facts.get(find)
    // What is kept for a function is what that function gave.
    if (known?.version === version) return known.fact as A
    const fact = find(this)
    this.facts.set(find, { version, fact })
    return fact
  }

  /** A change of the schema may be undone with a transaction, and its version be given to another one. */
  private undone(): void {
    this.facts.clear()
  }

  get inTransaction(): boolean {
    return this.handle.inTransaction
  }

  /**
   * Opens a transaction, or a part of the one that is open already, which is undone with it. A whole one takes the write
   * lock at once, unless it is only to read. The caller ends it.
   */
  begin(kind: "write" | "read" = "write"): Transaction {
    const isWhole = this.depth === 0
    this.prepare(isWhole ? (kind === "write" ? "BEGIN IMMEDIATE" : "BEGIN") : "SAVEPOINT part").run()
    this.depth++
    if (isWhole) this.onlyReads = kind === "read"
    const from = performance.now()
    let open = true
    const isOpen = () => open && this.inTransaction
    const end = (...statements: ReadonlyArray<string>) => {
      for (const statement of statements) this.prepare(statement).run()
      open = false
      this.depth--
      this.onlyReads = this.onlyReads && !isWhole
      if (isWhole) this.onLock?.({ held: performance.now() - from })
    }
    return {
      isWhole,
      isOpen,
      commit: () => {
        if (!isOpen()) throw wasUndone(this.path)
        end(isWhole ? "COMMIT" : "RELEASE part")
      },
      rollback: () => {
        if (!open) return
        this.undone()
        if (!this.inTransaction) end()
        else if (isWhole) end("ROLLBACK")
        else end("ROLLBACK TO part", "RELEASE part")
      }
    }
  }

  /**
   * Runs `body` under the write lock; commits when it returns, undoes everything when anything throws. In an open
   * transaction it is a part of that: committed with it, and undone alone when it throws.
   */
  immediate<A>(body: () => A): A {
    const transaction = this.begin()
    try {
      const result = body()
      transaction.commit()
      return result
    } catch (error) {
      transaction.rollback()
      throw error
    }
  }

  /** Runs `body` on one unchanging snapshot, without any lock that a writer would wait for. */
  snapshot<A>(body: () => A): A {
    if (this.inTransaction) return body()
    this.prepare("BEGIN").run()
    try {
      return body()
    } finally {
      if (this.handle.inTransaction) this.prepare("COMMIT").run()
    }
  }

  close(): void {
    this.statements.clear()
    if (this.handle.open) this.handle.close()
  }
}
