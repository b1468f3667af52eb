/** The repositories of songs and performances: reads from the live tables, writes through the log. */
import {
  EntityNotFound,
  type EntityRepository,
  type ExpectedVersion,
  InvalidInput,
  type Page,
  type Receipt,
  type Row,
  type WhiteRoomError,
  type WriteOptions
} from "@white-room/core"
import type * as Effect from "effect/Effect"
import { foldText } from "../live/foldText.js"
import { type LiveRow, type LiveTable, requireTable } from "../live/LiveTable.js"
import { attempt } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { wholeNumber } from "../session/wholeNumber.js"
import { appendWish, type KnownChange } from "../write/Append.js"
import { currently } from "../write/currently.js"

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

const day = 86_400_000
const firstDay = Date.parse("0000-01-01")
const lastDay = Date.parse("9999-12-31")

/** The date of a time, kept within the years that stored times can have. */
const dateOf = (time: number): string =>
  new Date(Math.min(Math.max(time, firstDay), lastDay)).toISOString().slice(0, 10)

const validTime = (time: Date, field: string): number => {
  if (!Number.isNaN(time.getTime())) return time.getTime()
  throw new InvalidInput({ field, reason: "it is no valid time" })
}

/** `LIMIT` and `OFFSET`; SQLite reads -1 as no limit. */
const limitsOf = ({ limit, offset = 0 }: Page): readonly [limit: number, offset: number] => [
  limit === undefined ? -1 : wholeNumber(limit, "limit"),
  wholeNumber(offset, "offset")
]

export class Entities<A extends { readonly createdAt: Date; readonly updatedAt: Date }, I, Summary>
  implements EntityRepository<A, I, Summary>
{
  constructor(
    protected readonly session: Session,
    protected readonly model: EntityModel<A, I, Summary>
  ) {}

  protected get table(): LiveTable {
    return requireTable(this.session.tables, this.model.kind)
  }

  /** Rows of one name come in the order they were made in. */
  protected get byName(): string {
    return `ORDER BY name COLLATE NOCASE, ${this.table.order}`
  }

  protected run<B>(operation: string, body: (now: number) => B): Effect.Effect<B, WhiteRoomError> {
    return attempt(this.session.path, `${this.model.kind}s.${operation}`, body)
  }

  private notFound(id: string): EntityNotFound {
    return new EntityNotFound({ kind: this.model.kind, name: id, where: "this library", near: [] })
  }

  /** The changes that save entities on top of what is there. */
  changesOf(entities: ReadonlyArray<I>, now: number, expected?: ExpectedVersion): ReadonlyArray<KnownChange> {
    const { kind } = this.model
    const look = currently(this.session)
    return entities.map((entity) => {
      const id = this.model.idOf(entity)
      const { row, state } = look({ kind, id })
      return {
        kind,
        id,
        row: this.model.rowOf(entity, new Date(now), row),
        state,
        ...(expected !== undefined && { expected })
      }
    })
  }

  private write(
    operation: string,
    asked: unknown,
    options: WriteOptions,
    now: number,
    changes: () => ReadonlyArray<KnownChange>
  ): Receipt {
    const { expected = "Any", ...request } = options
    const wish = [this.model.kind, operation, asked, expected]
    return appendWish(this.session, wish, request, changes, now)
  }

  protected summaries(clause: string, ...parameters: ReadonlyArray<unknown>): ReadonlyArray<Summary> {
    return this.table.summaries(clause, ...parameters).map((live) => this.summaryOf(live))
  }

  private summaryOf({ id, row }: LiveRow): Summary {
    return this.model.summary(this.model.ofRow(id, row))
  }

  create = (entity: I, options: WriteOptions = {}) =>
    this.run("create", (now) =>
      this.write("create", entity, options, now, () => {
        const { kind } = this.model
        const row = this.model.rowOf(entity, new Date(now))
        return [{ kind, id: this.model.idOf(entity), row, expected: options.expected ?? "NoEntity" }]
      })
    )

  upsertAll = (entities: ReadonlyArray<I>, options: Omit<WriteOptions, "expected"> = {}) =>
    this.run("upsertAll", (now) =>
      this.write("upsertAll", entities, options, now, () => this.changesOf(entities, now))
    )

  read = (id: string) =>
    this.run("read", () => {
      const row = this.table.get(id)
      if (row === undefined) throw this.notFound(id)
      return this.model.ofRow(id, row)
    })

  update = (entity: I, options: WriteOptions = {}) =>
    this.run("update", (now) =>
      this.write("update", entity, options, now, () => {
        const id = this.model.idOf(entity)
        if (!this.table.has(id)) throw this.notFound(id)
        return this.changesOf([entity], now, options.expected)
      })
    )

  upsert = (entity: I, options: WriteOptions = {}) =>
    this.run("upsert", (now) =>
      this.write("upsert", entity, options, now, () => this.changesOf([entity], now, options.expected))
    )

  delete = (id: string, options: WriteOptions = {}) =>
    this.run("delete", (now) =>
      this.write("delete", id, options, now, () => {
        if (!this.table.has(id)) throw this.notFound(id)
        const { expected } = options
        return [{ kind: this.model.kind, id, row: null, ...(expected !== undefined && { expected }) }]
      })
    )

  getAll = (page: Page = {}) =>
    this.run("getAll", () => this.summaries(`${this.byName} LIMIT ? OFFSET ?`, ...limitsOf(page)))

  search = (text: string, page: Page = {}) =>
    this.run("search", () => {
      const wanted = foldText(text)
      const [limit, offset] = limitsOf(page)
      return this.table
        .summaries(this.byName)
        .filter(({ row }) =>
          this.model.searched.some((column) => foldText(String(row.get(column) ?? "")).includes(wanted))
        )
        .slice(offset, limit < 0 ? undefined : offset + limit)
        .map((live) => this.summaryOf(live))
    })

  getRecentlyCreated = (limit = 10) =>
    this.run("getRecentlyCreated", () => this.newest("created_at", limit, ({ createdAt }) => createdAt))

  getRecentlyUpdated = (limit = 10) =>
    this.run("getRecentlyUpdated", () => this.newest("updated_at", limit, ({ updatedAt }) => updatedAt))

  /** The stored forms of a time sort alike only down to the day: the last day is read whole and sorted here. */
  private newest(column: string, limit: number, timeOf: (entity: A) => Date): ReadonlyArray<Summary> {
    if (wholeNumber(limit, "limit") === 0) return []
    const { table } = this.table.definition
    const at = (entity: A): number => {
      const time = timeOf(entity).getTime()
      return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
    }
    const dayOfLast = `SELECT substr(${column}, 1, 10) FROM ${table} ORDER BY ${column} DESC LIMIT 1 OFFSET ?`
    return this.table
      .summaries(
        `WHERE ${column} >= coalesce((${dayOfLast}), '') ORDER BY ${column} DESC, ${this.table.order} DESC`,
        limit - 1
      )
      .map(({ id, row }) => this.model.ofRow(id, row))
      .sort((a, b) => at(b) - at(a) || 0)
      .slice(0, limit)
      .map(this.model.summary)
  }

  /** By creation, both ends included, oldest first. The index finds the days, code the rest: see `newest`. */
  getByDateRange = (from: Date, to: Date) =>
    this.run("getByDateRange", () => {
      const first = dateOf(validTime(from, "from") - day)
      const end = dateOf(validTime(to, "to") + 2 * day)
      return this.table
        .summaries(
          `WHERE created_at >= ? AND created_at < ? ORDER BY created_at, ${this.table.order}`,
          first,
          end
        )
        .map(({ id, row }) => this.model.ofRow(id, row))
        .filter(({ createdAt }) => createdAt >= from && createdAt <= to)
        .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
        .map(this.model.summary)
    })

  get count() {
    return this.run("count", () => this.table.count())
  }

  get getTotalSize() {
    return this.run("getTotalSize", () => this.table.documentBytes())
  }
}
