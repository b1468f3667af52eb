import { isWellFormed, kinds, type PlanAction, type PlanItem } from "@white-room/core"
import { Arena } from "../object/Arena.js"

const actions = ["create", "update", "delete", "keep"] as const satisfies ReadonlyArray<PlanAction>

const [none, sameAsBefore] = [0, 1]

/** What few items have, and what bytes would not give back as it was. */
const isUnusual = ({ notes, copyOf, conflict, id, name }: PlanItem): boolean =>
  notes.length > 0 || copyOf !== undefined || conflict || !isWellFormed(id) || !isWellFormed(name)

/** Numbers for each item. */
const fields = { chunk: 0, offset: 1, what: 2, id: 3, name: 4, before: 5, after: 6 } as const
const width = 7

/**
 * The items of a plan, in few bytes each. As values, those of 100,000 songs take a third of what the program may use: each
 * is a dozen objects of JavaScript, which refer to as many blocks. What few items have is kept as it came.
 */
export class PackedItems implements Iterable<PlanItem> {
  private readonly arena = new Arena()
  private numbers = new Uint32Array(width * 64)
  private readonly unusual = new Map<number, PlanItem>()
  length = 0

  static of(items: Iterable<PlanItem>): PackedItems {
    if (items instanceof PackedItems) return items
    const packed = new PackedItems()
    for (const item of items) packed.add(item)
    return packed
  }

  add(item: PlanItem): void {
    const at = this.length++
    if (isUnusual(item)) this.unusual.set(at, item)
    else this.pack(at * width, item)
  }

  private pack(at: number, { kind, id, name, action, before, after }: PlanItem): void {
    if (at + width > this.numbers.length) {
      const grown = new Uint32Array(Math.max(this.numbers.length * 2, at + width))
      grown.set(this.numbers)
      this.numbers = grown
    }
    const isSame = after !== undefined && after === before
    const [idBytes, nameBytes] = [Buffer.byteLength(id), Buffer.byteLength(name)]
    const beforeBytes = before?.length ?? 0
    const afterBytes = isSame ? 0 : (after?.length ?? 0)
    const [chunk, offset, bytes] = this.arena.take(idBytes + nameBytes + beforeBytes + afterBytes)
    bytes.write(id)
    bytes.write(name, idBytes)
    if (before !== undefined) bytes.set(before, idBytes + nameBytes)
    if (after !== undefined && !isSame) bytes.set(after, idBytes + nameBytes + beforeBytes)
    const { numbers } = this
    numbers[at + fields.chunk] = chunk
    numbers[at + fields.offset] = offset
    numbers[at + fields.what] = kinds.indexOf(kind) * actions.length + actions.indexOf(action)
    numbers[at + fields.id] = idBytes
    numbers[at + fields.name] = nameBytes
    numbers[at + fields.before] = before === undefined ? none : beforeBytes + 2
    numbers[at + fields.after] = after === undefined ? none : isSame ? sameAsBefore : afterBytes + 2
  }

  private unpack(index: number): PlanItem {
    const field = (number: number): number => this.numbers[index * width + number] ?? 0
    const [kind, action] = [
      kinds[Math.floor(field(fields.what) / actions.length)],
      actions[field(fields.what) % actions.length]
    ]
    if (kind === undefined || action === undefined) throw new RangeError(`there is no item ${index}`)
    let from = field(fields.offset)
    const next = (length: number): Buffer => {
      from += length
      return this.arena.at(field(fields.chunk), from - length, length)
    }
    const record = (length: number) => (length === none ? undefined : next(length - 2))
    const [id, name] = [next(field(fields.id)).toString(), next(field(fields.name)).toString()]
    const before = record(field(fields.before))
    const after = field(fields.after) === sameAsBefore ? before : record(field(fields.after))
    return { kind, id, name, action, conflict: false, before, after, notes: [] }
  }

  /** @throws RangeError */
  get(index: number): PlanItem {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`there is no item ${index}`)
    return this.unusual.get(index) ?? this.unpack(index)
  }

  *[Symbol.iterator](): Iterator<PlanItem> {
    for (let index = 0; index < this.length; index++) yield this.get(index)
  }
}
