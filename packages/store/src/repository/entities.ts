/** The repositories of songs and performances: reads from the live tables, writes through the log. */
import {
  type Change,
  EntityNotFound,
  type EntityRepository,
  type ExpectedVersion,
  malformed,
  type Page,
  type Receipt,
  type Row,
  type WhiteRoomError,
  type WriteOptions
} from "@white-room/core"
import type * as Effect from "effect/Effect"
import type { Session } from "../library/Session.js"
import type { LiveRow, LiveTable } from "../live/LiveTable.js"
import { append } from "../log/append.js"
import { attempt } from "./runner.js"

/** How one kind is read from and written to rows. */
export interface EntityModel<A, I, Summary> {
  readonly kind: "song" | "performance"
  readonly idOf: (entity: I) => string
  readonly rowOf: (entity: I, now: Date, current?: Row) => Row
  readonly ofRow: (id: string, row: Row) => A
  readonly summary: (entity: A) => Summary
  /** Columns that `search` looks into. */
  readonly searched: ReadonlyArray<string>
}

const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLocaleLowerCase()

const dayBefore = (time: Date): string => new Date(time.getTime() - 86_400_000).toISOString().slice(0, 10)
const dayAfter = (time: Date): string => new Date(time.getTime() + 2 * 86_400_000).toISOString().slice(0, 10)

export class Entities<A extends { readonly createdAt: Date }, I, Summary>
  implements EntityRepository<A, I, Summary>
{
  constructor(
    protected readonly session: Session,
    protected readonly model: EntityModel<A, I, Summary>
  ) {}

  protected get table(): LiveTable {
    const table = this.session.tables[this.model.kind]
    if (table === undefined) throw malformed("library", `the app removed its table of ${this.model.kind}s`)
    return table
  }

  private run<B>(operation: string, body: (now: number) => B): Effect.Effect<B, WhiteRoomError> {
    return attempt(this.session.path, `${this.model.kind}s.${operation}`, body)
  }

  private notFound(id: string): EntityNotFound {
    return new EntityNotFound({ kind: this.model.kind, name: id, where: "this library", near: [] })
  }

  /** The change that saves an entity on top of what is there. */
  changeOf(entity: I, now: number, expected?: ExpectedVersion): Change {
    const { kind } = this.model
    const id = this.model.idOf(entity)
    const current = this.table.has(id) ? this.table.get(id) : undefined
    return {
      kind,
      id,
      row: this.model.rowOf(entity, new Date(now), current),
      ...(expected !== undefined && { expected })
    }
  }

  private write(changes: ReadonlyArray<Change>, options: WriteOptions, now: number): Receipt {
    const { commandId, actor } = options
    return append(
      this.session,
      { changes, ...(commandId !== undefined && { commandId }), ...(actor !== undefined && { actor }) },
      now
    )
  }

  protected list(name: string, clause: string, ...parameters: ReadonlyArray<unknown>) {
    return this.run(name, () => this.summaries(clause, ...parameters))
  }

  private summaries(clause: string, ...parameters: ReadonlyArray<unknown>): ReadonlyArray<Summary> {
    return this.table.summaries(clause, ...parameters).map((live) => this.summaryOf(live))
  }

  private summaryOf({ id, row }: LiveRow): Summary {
    return this.model.summary(this.model.ofRow(id, row))
  }

  create = (entity: I, options: WriteOptions = {}) =>
    this.run("create", (now) => {
      const { kind } = this.model
      const id = this.model.idOf(entity)
      const row = this.model.rowOf(entity, new Date(now))
      return this.write([{ kind, id, row, expected: options.expected ?? "NoEntity" }], options, now)
    })

  upsertAll = (entities: ReadonlyArray<I>, options: Omit<WriteOptions, "expected"> = {}) =>
    this.run("upsertAll", (now) =>
      this.write(
        entities.map((entity) => this.changeOf(entity, now)),
        options,
        now
      )
    )

  read = (id: string) =>
    this.run("read", () => {
      const row = this.table.get(id)
      if (row === undefined) throw this.notFound(id)
      return this.model.ofRow(id, row)
    })

  update = (entity: I, options: WriteOptions = {}) =>
    this.run("update", (now) => {
      const id = this.model.idOf(entity)
      if (!this.table.has(id)) throw this.notFound(id)
      return this.write([this.changeOf(entity, now, options.expected)], options, now)
    })

  upsert = (entity: I, options: WriteOptions = {}) =>
    this.run("upsert", (now) => this.write([this.changeOf(entity, now, options.expected)], options, now))

  delete = (id: string, options: WriteOptions = {}) =>
    this.run("delete", (now) => {
      const { kind } = this.model
      const repeated = options.commandId !== undefined
      if (!repeated && !this.table.has(id)) throw this.notFound(id)
      const { expected } = options
      return this.write([{ kind, id, row: null, ...(expected !== undefined && { expected }) }], options, now)
    })

  getAll = (page: Page = {}) =>
    this.list(
      "getAll",
      "ORDER BY name COLLATE NOCASE, rowid LIMIT ? OFFSET ?",
      page.limit ?? -1,
      page.offset ?? 0
    )

  search = (text: string, page: Page = {}) =>
    this.run("search", () => {
      const wanted = fold(text)
      const offset = page.offset ?? 0
      return this.table
        .summaries("ORDER BY name COLLATE NOCASE, rowid")
        .filter(({ row }) =>
          this.model.searched.some((column) => fold(String(row.get(column) ?? "")).includes(wanted))
        )
        .slice(offset, page.limit === undefined ? undefined : offset + page.limit)
        .map((live) => this.summaryOf(live))
    })

  getRecentlyCreated = (limit = 10) =>
    this.list("getRecentlyCreated", "ORDER BY created_at DESC, rowid DESC LIMIT ?", limit)

  getRecentlyUpdated = (limit = 10) =>
    this.list("getRecentlyUpdated", "ORDER BY updated_at DESC, rowid DESC LIMIT ?", limit)

  /** By creation. The stored forms of a time sort alike only up to the day, so the index finds days and code the rest. */
  getByDateRange = (from: Date, to: Date) =>
    this.run("getByDateRange", () =>
      this.table
        .summaries(
          "WHERE created_at >= ? AND created_at < ? ORDER BY created_at, rowid",
          dayBefore(from),
          dayAfter(to)
        )
        .map(({ id, row }) => this.model.ofRow(id, row))
        .filter(({ createdAt }) => createdAt >= from && createdAt <= to)
        .map(this.model.summary)
    )

  get count() {
    return this.run("count", () => this.table.count())
  }

  get getTotalSize() {
    return this.run("getTotalSize", () => this.table.documentBytes())
  }
}
