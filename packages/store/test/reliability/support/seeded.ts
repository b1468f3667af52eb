/** Random numbers that come again: every test of this folder is a function of its seed. */

export interface Seeded {
  /** A number in [0, 1). */
  readonly next: () => number
  /** A whole number in [0, below). */
  readonly int: (below: number) => number
  readonly pick: <A>(items: ReadonlyArray<A>) => A
  readonly chance: (probability: number) => boolean
  /** A sample without repetition, in the order of the items. */
  readonly sample: <A>(items: ReadonlyArray<A>, count: number) => ReadonlyArray<A>
  /** Text of about this many characters that compresses like a song. */
  readonly text: (length: number) => string
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
    const item = items[int(items.length)]
    if (item === undefined) throw new Error("nothing to pick from")
    return item
  }
  const sample = <A>(items: ReadonlyArray<A>, count: number): ReadonlyArray<A> => {
    const left = items.map((item, index) => ({ item, index }))
    for (let i = 0; i < Math.min(count, left.length); i++) {
      const j = i + int(left.length - i)
      const [a, b] = [left[i], left[j]]
      if (a !== undefined && b !== undefined) [left[i], left[j]] = [b, a]
    }
    return left
      .slice(0, count)
      .sort((a, b) => a.index - b.index)
      .map(({ item }) => item)
  }
  const text = (length: number): string => {
    const notes: Array<string> = []
    for (let size = 0; size < length; ) {
      const note = `{"pitch":${36 + int(60)},"start":${int(64)},"length":${1 + int(8)},"velocity":${int(128)}}`
      notes.push(note)
      size += note.length + 1
    }
    return `{"notes":[${notes.join(",")}]}`
  }
  return { next, int, pick, chance: (probability) => next() < probability, sample, text }
}
