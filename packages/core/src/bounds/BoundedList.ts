import { bounds } from "./Bounds.js"
import { formatCount } from "./formatCount.js"

/**
 * A list of what was found wrong, which may be millions of things: it keeps the first, counts the others, and says at its
 * end how many those are. Memory and output stay the same whatever is found.
 */
export class BoundedList<Item> {
  private readonly kept: Array<Item> = []
  private added = 0

  /** @param more what stands at the end of the list for the items that it does not hold */
  constructor(
    private readonly more: (count: number) => Item,
    private readonly limit: number = bounds.problems
  ) {}

  /** Everything that was added. */
  get count(): number {
    return this.added
  }

  get isEmpty(): boolean {
    return this.added === 0
  }

  /** Takes in one thing; it is kept while there is room, and counted in any case. */
  add(item: Item): void {
    this.added++
    if (this.kept.length < this.limit) this.kept.push(item)
  }

  /** Takes in a list that was bounded already: `count` says how many things it stands for. */
  addAll(items: ReadonlyArray<Item>, count: number = items.length): void {
    for (const item of items) this.add(item)
    this.added += count - items.length
  }

  get items(): ReadonlyArray<Item> {
    const left = this.added - this.kept.length
    return left === 0 ? this.kept : [...this.kept, this.more(left)]
  }
}

/** The sentence for what a list does not hold. */
export const andMore = (count: number): string => `and ${formatCount(count)} more like these`
