/** Random numbers that come again: what is made with them is a function of the seed. */
export interface Seeded {
  /** A number in [0, 1). */
  readonly next: () => number
  /** A whole number in [0, below). */
  readonly int: (below: number) => number
  readonly pick: <A>(items: ReadonlyArray<A>) => A
  readonly chance: (probability: number) => boolean
}

/** mulberry32. */
export const seeded = (seed: number): Seeded => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (below: number): number => Math.floor(next() * below)
  const pick = <A>(items: ReadonlyArray<A>): A => {
    if (items.length === 0) throw new Error("nothing to pick from")
    return items[int(items.length)] as A
  }
  return { next, int, pick, chance: (probability) => next() < probability }
}
