/** What one looks at: which time is in sight, at which moment one looks, and what moves them. */
import { type Signal, signal } from "@preact/signals"
import type { Gesture } from "../parts/Fingers.js"
import { fitting, type View } from "./Scale.js"

export class Sight {
  readonly view: Signal<View>
  /** `undefined`: as it is now. */
  readonly at: Signal<number | undefined>
  /** `view`, as soon as it has come to rest. */
  readonly settled: Signal<View>
  /** How many songs there are in sight or below and above; `undefined` while that is not known. */
  readonly count = signal<number | undefined>(undefined)
  /** Pixels that time has, beside the names where there is room for that. */
  readonly width = signal(600)

  constructor(
    /** The first moment there is, and now. */
    private all: View,
    at: number | undefined
  ) {
    this.view = signal(fitting({ from: all.from, until: all.until }, all))
    this.settled = signal(this.view.peek())
    this.at = signal(at === undefined ? undefined : this.bounded(at))
  }

  /** Time goes on: who looks at now goes on with it. */
  follow(all: View): void {
    const { from, until } = this.view.peek()
    const more = all.until - this.all.until
    const isAtEnd = until >= this.all.until
    this.all = all
    if (more > 0 && isAtEnd) this.look({ from: from + more, until: until + more })
  }

  look(view: View): void {
    this.view.value = fitting(view, this.all)
  }

  /** What there is and is in sight. */
  inSight(): View {
    const { from, until } = this.view.value
    return { from: Math.max(from, this.all.from), until: Math.min(until, this.all.until) }
  }

  get begin(): number {
    return this.all.from
  }

  get end(): number {
    return this.all.until
  }

  timeAt(x: number): number {
    const { from, until } = this.view.peek()
    return from + (x / this.width.peek()) * (until - from)
  }

  /** Milliseconds of a pixel. */
  get pixel(): number {
    const { from, until } = this.view.peek()
    return (until - from) / this.width.peek()
  }

  pan(pixels: number): void {
    const { from, until } = this.view.peek()
    const by = pixels * this.pixel
    this.look({ from: from + by, until: until + by })
  }

  /** Nearer by a factor above 1; the moment stays where it is. */
  zoom(factor: number, around = this.middle()): void {
    const { from, until } = this.view.peek()
    this.look({ from: around - (around - from) / factor, until: around + (until - around) / factor })
  }

  /** As fingers on the picture move it. */
  follows({ by, factor, around }: Gesture): void {
    this.pan(-by)
    if (factor !== 1) this.zoom(factor, this.timeAt(around))
  }

  private middle(): number {
    const { from, until } = this.view.peek()
    const at = this.at.peek() ?? this.all.until
    return at >= from && at <= until ? at : (from + until) / 2
  }

  private bounded(at: number): number {
    return Math.min(this.all.until, Math.max(this.all.from, at))
  }

  /** Sets the moment, and brings it into sight; at the end it is now. */
  goTo(at: number | undefined): void {
    this.at.value = at === undefined || at >= this.all.until ? undefined : Math.round(this.bounded(at))
    const { from, until } = this.view.peek()
    const moment = this.at.peek() ?? this.all.until
    const half = (until - from) / 2
    if (moment < from || moment > until) this.look({ from: moment - half, until: moment + half })
  }
}
