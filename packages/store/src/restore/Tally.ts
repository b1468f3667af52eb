import type { PlanItem } from "@white-room/core"

/** What became of the items of a plan, in numbers. */
export class Tally {
  readonly kinds = { song: 0, performance: 0, preferences: 0 }
  readonly actions = { create: 0, update: 0, delete: 0, keep: 0 }
  copies = 0
  count = 0

  static of(items: Iterable<PlanItem>): Tally {
    const tally = new Tally()
    for (const item of items) tally.add(item)
    return tally
  }

  add({ kind, action, copyOf }: PlanItem): void {
    this.kinds[kind]++
    this.actions[action]++
    this.count++
    if (copyOf !== undefined) this.copies++
  }
}
