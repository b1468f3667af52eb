import { fieldOf, isList, type Json, type JsonFields, type JsonList } from "./Json.js"

/**
 * Gives every JSON value a number: two values have the same one exactly when they mean the same (key order,
 * white space and the spelling of numbers do not count). Every value is looked at once, so that comparing the
 * parts of nested lists again and again costs nothing.
 */
export class ValueIds {
  /** Scalars by value, lists and objects by reference. */
  private readonly known = new Map<Json, number>()
  private readonly contents = new Map<string, number>()
  private count = 0
  private last: Shape = { names: [], sorted: [], id: "" }

  of(value: Json): number {
    const found = this.known.get(value)
    if (found !== undefined) return found
    const id = typeof value === "object" && value !== null ? this.ofContent(value) : this.count++
    this.known.set(value, id)
    return id
  }

  equal(a: Json | undefined, b: Json | undefined): boolean {
    if (a === undefined || b === undefined) return a === b
    return this.of(a) === this.of(b)
  }

  /** The numbers of a list's elements. */
  ofElements(list: JsonList): Int32Array {
    const ids = new Int32Array(list.length)
    for (let i = 0; i < list.length; i++) ids[i] = this.of(list[i] ?? null)
    return ids
  }

  private ofContent(value: JsonList | JsonFields): number {
    let key = "["
    if (isList(value)) for (const item of value) key += `${this.of(item)},`
    else {
      const shape = this.shapeOf(Object.keys(value))
      key = `${shape.id}:`
      for (const name of shape.sorted) key += `${this.of(fieldOf(value, name) ?? null)},`
    }
    const found = this.contents.get(key)
    if (found !== undefined) return found
    this.contents.set(key, this.count)
    return this.count++
  }

  /** Objects side by side mostly have the same names in the same order: sorting them once is enough. */
  private shapeOf(names: ReadonlyArray<string>): Shape {
    const { last } = this
    if (last.names.length === names.length && names.every((name, index) => name === last.names[index]))
      return last
    const sorted = [...names].sort()
    this.last = { names, sorted, id: sorted.map((name) => this.of(name)).join() }
    return this.last
  }
}

interface Shape {
  readonly names: ReadonlyArray<string>
  readonly sorted: ReadonlyArray<string>
  readonly id: string
}
