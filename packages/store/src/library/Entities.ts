/** What songs and performances have in common: reads from the live tables, writes through the log. */
import {
  EntityNotFound,
  type EntityService,
  type ExpectedVersion,
  foldText,
  type Page,
  type Receipt,
  type Row,
  type WhiteRoomError,
  type WriteOptions
} from "@white-room/core"
import type * as Effect from "effect/Effect"
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

/** `LIMIT` and `OFFSET`; SQLite reads -1 as no limit. */
const limitsOf = ({ limit, offset = 0 }: Page): readonly [limit: number, offset: number] => [
  limit === undefined ? -1 : wholeNumber(limit, "limit"),
  wholeNumber(offset, "offset")
]

export class Entities<A extends { readonly createdAt: Date; readonly updatedAt: Date }, I, Summary>
  implements EntityService<A, I, Summary>
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
    return attempt(this.session, `${this.model.kind}s.${operation}`, body)
  }

  private notFound(id: string): EntityNotFound {
    return new EntityNotFound({ kind: this.model.kind, name: id, where: "this library", near: [] })
  }

  /** The changes that save entities on top of what is there. */
  changesOf(entities: ReadonlyArray<I>, now: number, expected?: ExpectedVersion): ReadonlyArray<KnownChange> {
    const { kind } = this.model
    const keyOf = (entity: I) => ({ kind, id: this.model.idOf(entity) })
    return currently(this.session, entities, keyOf).map(({ item, id, row, state }) => ({
      kind,
      id,
      row: this.model.rowOf(item, new Date(now), row),
      state,
      ...(expected !== undefined && { expected })
    }))
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

  list = (page: Page = {}) =>
    this.run("list", () => this.summaries(`${this.byName} LIMIT ? OFFSET ?`, ...limitsOf(page)))

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

  get count() {
    return this.run("count", () => this.table.count())
  }

  get documentBytes() {
    return this.run("documentBytes", () => this.table.documentBytes())
  }
}
