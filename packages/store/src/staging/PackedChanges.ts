import { type Kind, kinds, type TreeChange, treePartOf } from "@white-room/core"
import { Arena } from "../object/Arena.js"
import { sha256 } from "../object/Compression.js"
import { NumberRows } from "../object/NumberRows.js"

const columns = { kind: 0, chunk: 1, offset: 2, id: 3, record: 4 } as const

/** A change that keeps an entity. */
type Kept = TreeChange & { readonly record: Uint8Array }

/** The entries of a tree that is to be made, in few bytes each, in the order in which they came. */
export class PackedChanges implements Iterable<Kept> {
  private readonly arena = new Arena()
  private readonly rows = new NumberRows(5)

  get length(): number {
    return this.rows.length
  }

  add({ kind, id, record }: Kept): void {
    const idBytes = Buffer.byteLength(id)
    const [chunk, offset, bytes] = this.arena.take(idBytes + record.length)
    bytes.write(id)
    bytes.set(record, idBytes)
    this.rows.add([kinds.indexOf(kind), chunk, offset, idBytes, record.length])
  }

  private at(index: number): Kept {
    const column = (name: keyof typeof columns): number => this.rows.at(index, columns[name])
    const kind = kinds[column("kind")]
    if (kind === undefined) throw new RangeError(`there is no change ${index}`)
    const bytes = this.arena.at(column("chunk"), column("offset"), column("id") + column("record"))
    return { kind, id: bytes.toString("utf8", 0, column("id")), record: bytes.subarray(column("id")) }
  }

  *[Symbol.iterator](): Iterator<Kept> {
    for (let index = 0; index < this.length; index++) yield this.at(index)
  }

  /** Those of one part of a kind, for `updateTreeByParts`. */
  byParts(): (kind: Kind, part: number) => ReadonlyArray<Kept> {
    const parts = new Map<string, NumberRows<1>>()
    const nameOf = (kind: Kind, part: number) => `${kind} ${part}`
    let index = 0
    for (const change of this) {
      const name = nameOf(change.kind, treePartOf(change, sha256))
      const rows = parts.get(name) ?? new NumberRows(1)
      parts.set(name, rows)
      rows.add([index++])
    }
    return (kind, part) => {
      const rows = parts.get(nameOf(kind, part))
      return Array.from({ length: rows?.length ?? 0 }, (_, row) => this.at(rows?.at(row, 0) ?? 0))
    }
  }
}
