import { type UpcasterChain, upcasters } from "@white-room/core"
import Sqlite from "better-sqlite3"

/**
 * One SQLite connection with the promises of this store: immediate transactions, synchronous=FULL, typed errors.
 * Everything on it is synchronous; a transaction is one uninterrupted call, so fibers of one process never
 * interleave inside it. `better-sqlite3` is used directly: see ADR 2.
 */

export type Statement = Sqlite.Statement<Array<unknown>, unknown>

/** How long a writer waits for another one, in milliseconds. */
export const busyTimeout = 5000

export interface LockReport {
  /** Milliseconds between getting and giving back the write lock. */
  readonly held: number
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
}

export interface DatabaseOptions {
  readonly readonly: boolean
  readonly create?: boolean
  /** Default: the steps there are. */
  readonly upcasters?: UpcasterChain
}

const always = (): boolean => true

export class Database {
  private readonly statements = new Map<string, Statement>()
  private readonly facts = new Map<
    (db: Database) => unknown,
    { readonly version: number; readonly fact: unknown }
  >()
  /** Set by benchmarks to learn how long each write transaction held the lock. */
  onLock: ((report: LockReport) => void) | undefined
  /** True inside `atOnce`. */
  private joining = false

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
   * Runs `body` under the write lock; commits when it returns a result to keep (`isKept`; default: any), undoes
   * everything otherwise, and when anything throws.
   */
  immediate<A>(body: () => A, isKept: (result: A) => boolean = always): A {
    if (this.joining) return this.nested(body, isKept)
    this.prepare("BEGIN IMMEDIATE").run()
    const from = performance.now()
    const undo = (): void => {
      this.undone()
      if (this.handle.inTransaction) this.prepare("ROLLBACK").run()
    }
    try {
      const result = body()
      if (isKept(result)) this.prepare("COMMIT").run()
      else undo()
      return result
    } catch (error) {
      undo()
      throw error
    } finally {
      this.onLock?.({ held: performance.now() - from })
    }
  }

  /** `immediate` for a body that writes in transactions of its own: they become parts of this one, all or nothing. */
  atOnce<A>(body: () => A, isKept: (result: A) => boolean = always): A {
    return this.immediate(() => {
      this.joining = true
      try {
        return body()
      } finally {
        this.joining = false
      }
    }, isKept)
  }

  private nested<A>(body: () => A, isKept: (result: A) => boolean): A {
    this.prepare("SAVEPOINT part").run()
    const undo = (): void => {
      this.undone()
      if (this.handle.inTransaction) {
        this.prepare("ROLLBACK TO part").run()
        this.prepare("RELEASE part").run()
      }
    }
    try {
      const result = body()
      if (isKept(result)) this.prepare("RELEASE part").run()
      else undo()
      return result
    } catch (error) {
      undo()
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
