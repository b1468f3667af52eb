import { statSync } from "node:fs"
import { StorageFailed, type UpcasterChain, upcasters } from "@white-room/core"
import Sqlite from "better-sqlite3"
import { checkBeside } from "./Beside.js"

/**
 * One SQLite connection with the promises of this store: immediate transactions, synchronous=FULL, typed errors.
 * Everything on it is synchronous; a transaction of the store is one uninterrupted call, so fibers of one process never
 * interleave inside it. Those that stay open, of the SQL door, have a gate. `better-sqlite3` is used directly: see
 * ADR 2 and 18.
 */

export type Statement = Sqlite.Statement<Array<unknown>, unknown>

/** How long a writer waits for another one, in milliseconds. */
export const busyTimeout = 5000

export interface LockReport {
  /** Milliseconds between getting and giving back the write lock. */
  readonly held: number
}

/** Why what belongs to a transaction fails once that was undone. */
export const wasUndone = (path: string): StorageFailed =>
  new StorageFailed({ path, operation: "write", detail: "the transaction that this belongs to was undone" })

/** An open transaction, or an open part of one. */
export interface SqliteTransaction {
  readonly isWhole: boolean
  /** False once it has ended, also when SQLite undid it by itself, as it may when the disk is full. */
  readonly isOpen: () => boolean
  /** It stays open when this throws. */
  readonly commit: () => void
  /** Does nothing when it has ended. */
  readonly rollback: () => void
}

const configure = (handle: Sqlite.Database, readonly: boolean): void => {
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
  // As SQLite has it by itself, and so most apps: a trigger that writes to its own table does not run itself again.
  handle.pragma("recursive_triggers = 0")
}

export interface DatabaseOptions {
  readonly readonly: boolean
  readonly create?: boolean
  /** Default: the steps there are. */
  readonly upcasters?: UpcasterChain
}

const always = (): boolean => true

/** How many connections of ours this process has to each file that is open, by what the file is. */
const connections = new Map<string, number>()

const identityOf = (path: string): string | undefined => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.dev}:${stat.ino}`
}

const countConnection = (identity: string | undefined, more: 1 | -1): void => {
  if (identity === undefined) return
  const count = (connections.get(identity) ?? 0) + more
  if (count > 0) connections.set(identity, count)
  else connections.delete(identity)
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

  private readonly identity: string | undefined

  private constructor(
    readonly handle: Sqlite.Database,
    readonly path: string,
    /** How this connection reads events of older schema versions. */
    readonly upcasters: UpcasterChain
  ) {
    this.identity = identityOf(path)
    countConnection(this.identity, 1)
  }

  /** True when a connection of ours in this process has the file open. */
  static isOpenHere(path: string): boolean {
    return connections.has(identityOf(path) ?? "")
  }

  /**
   * Opens an existing file. Durability settings are per connection and set here, every time.
   * @throws UnsafeDatabase
   */
  static open(path: string, options: DatabaseOptions): Database {
    checkBeside(path)
    const handle = new Sqlite(path, {
      readonly: options.readonly,
      fileMustExist: options.create !== true,
      timeout: busyTimeout
    })
    try {
      configure(handle, options.readonly)
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

  /** Bytes of the database, what is not written back yet included. */
  get size(): number {
    return Number(this.pragma("page_count")) * Number(this.pragma("page_size"))
  }

  get inTransaction(): boolean {
    return this.handle.inTransaction
  }

  /**
   * Opens a transaction, or a part of the one that is open already, which is undone with it. A whole one takes the write
   * lock at once, unless it is only to read. The caller ends it.
   */
  begin(kind: "write" | "read" = "write"): SqliteTransaction {
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
   * Runs `body` under the write lock; commits when it returns a result to keep (`isKept`; default: any), undoes
   * everything otherwise, and when anything throws. In an open transaction it is a part of that: committed with it, and
   * undone alone.
   */
  immediate<A>(body: () => A, isKept: (result: A) => boolean = always): A {
    const transaction = this.begin()
    try {
      const result = body()
      if (isKept(result)) transaction.commit()
      else transaction.rollback()
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
    if (!this.handle.open) return
    this.handle.close()
    countConnection(this.identity, -1)
  }
}
