/** The songs and performances of a library, deleted ones included, in memory: brought up to date by what was written since. */
import { type EntityKey, foldText, keyString, nameOfRecord } from "@white-room/core"
import { type ChangedEntity, eachChangedEntity, latestStates } from "../log/EventTable.js"
import { changeUntil } from "../log/TimelineEvents.js"
import type { Database } from "../sqlite/Database.js"

export interface KnownRow extends EntityKey {
  readonly name: string
  readonly deleted: boolean
  readonly position: number
}

type Order = "changed" | "name"

/** Lists that were made are kept, so that the next page of one need not make it again. */
const mostLists = 4

export class TimelineRows {
  /** How far the log was read. */
  private position = 0
  private readonly rows = new Map<string, KnownRow>()
  private readonly lists = new Map<string, ReadonlyArray<KnownRow>>()

  /** Takes in what was written since, up to a position. */
  follow(db: Database, position: number): void {
    if (position === this.position) return
    const changed =
      this.position === 0
        ? latestStates(db, ["song", "performance"])
        : eachChangedEntity(db, this.position, position)
    for (const entity of changed) this.note(db, entity)
    this.position = position
    this.lists.clear()
  }

  private note(db: Database, { kind, id, position, record }: ChangedEntity): void {
    if (kind === "preferences") return
    const key = keyString(kind, id)
    // What is deleted is known by the name that it had.
    const named = record ?? changeUntil(db, { kind, id }, position - 1)?.record
    const name = named ? nameOfRecord(kind, named) : (this.rows.get(key)?.name ?? "")
    this.rows.set(key, { kind, id, name, deleted: record === null, position })
  }

  /** All of them whose name has a text, in an order. */
  list(order: Order, search = ""): ReadonlyArray<KnownRow> {
    const wanted = foldText(search)
    const key = `${order} ${wanted}`
    const known = this.lists.get(key) ?? this.make(order, wanted)
    this.lists.delete(key)
    this.lists.set(key, known)
    for (const oldest of this.lists.keys())
      if (this.lists.size > mostLists) this.lists.delete(oldest)
      else break
    return known
  }

  private make(order: Order, wanted: string): ReadonlyArray<KnownRow> {
    const all = [...this.rows.values()]
    const { compare } = new Intl.Collator()
    const matching = wanted === "" ? all : all.filter(({ name }) => foldText(name).includes(wanted))
    return order === "changed"
      ? matching.sort((a, b) => b.position - a.position)
      : matching.sort((a, b) => compare(a.name, b.name) || (a.id < b.id ? -1 : 1))
  }
}
