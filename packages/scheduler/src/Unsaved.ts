/**
 * What is to be saved when: the songs with changes that are not in the library yet. Plain code; times are milliseconds
 * of a clock that only goes forwards.
 */

interface Entry<A> {
  /** Gives the song as it is at the moment it is saved. */
  readonly current: () => A
  /** When the oldest of its unsaved changes was marked. */
  readonly since: number
  /** Saves since the last good one that failed. */
  readonly failures: number
  /** After a failure: when it is tried again. */
  readonly retryAt: number | undefined
}

/** The times that decide, in milliseconds. */
export interface Pace {
  /** A change is saved when it is so old. */
  readonly debounce: number
  /** The longest time between two tries while a song is not saved. */
  readonly interval: number
}

/** How long after a failure a save is repeated: the debounce time, twice, four times … that, at most the interval. */
export const retryDelay = ({ debounce, interval }: Pace, failures: number): number =>
  Math.min(interval, debounce * 2 ** Math.min(failures - 1, 30))

const dueAt = <A>({ since, retryAt }: Entry<A>, { debounce, interval }: Pace): number =>
  retryAt ?? since + Math.min(debounce, interval)

/**
 * One entry for each song, whatever the number of its changes: the newest mark wins. A song is either waiting, or being
 * saved, or both, when it was changed while it is being saved.
 */
export class Unsaved<A> {
  private readonly waiting = new Map<string, Entry<A>>()
  private readonly saving = new Map<string, Entry<A>>()

  get isEmpty(): boolean {
    return this.waiting.size === 0
  }

  /** Every song that is not saved yet, those that are just being saved included. */
  get ids(): ReadonlyArray<string> {
    return [...new Set([...this.saving.keys(), ...this.waiting.keys()])]
  }

  /** Notes a change. Returns true when the song had none that waits. */
  mark(id: string, current: () => A, now: number): boolean {
    const before = this.waiting.get(id)
    this.waiting.set(
      id,
      before === undefined ? { current, since: now, failures: 0, retryAt: undefined } : { ...before, current }
    )
    return before === undefined
  }

  /** Forgets the changes of one song, or of all. A save that runs is not taken back, but not repeated either. */
  discard(id?: string): ReadonlyArray<string> {
    const ids = id === undefined ? this.ids : this.ids.filter((known) => known === id)
    for (const each of ids) {
      this.waiting.delete(each)
      this.saving.delete(each)
    }
    return ids
  }

  /** What is due first, and when. A song that is being saved waits for the end of that. */
  next(pace: Pace): { readonly id: string; readonly dueAt: number } | undefined {
    let first: { readonly id: string; readonly dueAt: number } | undefined
    for (const [id, entry] of this.waiting) {
      if (this.saving.has(id)) continue
      const at = dueAt(entry, pace)
      if (first === undefined || at < first.dueAt) first = { id, dueAt: at }
    }
    return first
  }

  /** Begins to save a song: gives what has it, `undefined` when there is nothing to save. */
  begin(id: string): (() => A) | undefined {
    const entry = this.waiting.get(id)
    if (entry === undefined) return undefined
    this.waiting.delete(id)
    this.saving.set(id, entry)
    return entry.current
  }

  saved(id: string): void {
    this.saving.delete(id)
  }

  /** The song waits again, with its newest state. Returns how often it failed; `undefined` when it was discarded. */
  failed(id: string, now: number, pace: Pace): number | undefined {
    const tried = this.saving.get(id)
    if (tried === undefined) return undefined
    this.saving.delete(id)
    const failures = tried.failures + 1
    const current = this.waiting.get(id)?.current ?? tried.current
    this.waiting.set(id, { current, since: tried.since, failures, retryAt: now + retryDelay(pace, failures) })
    return failures
  }
}
