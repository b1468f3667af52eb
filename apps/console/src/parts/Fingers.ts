/** Fingers on a picture: one drags it, two pull it nearer or push it away. A mouse is a finger. Places are pixels of the picture. */

interface Point {
  readonly x: number
  readonly y: number
}

/** What a finger that moved did. */
export interface Gesture {
  /** So far the picture goes to the right. */
  readonly by: number
  /** So much nearer it comes; 1 stays. */
  readonly factor: number
  /** What is here stays under the fingers. */
  readonly around: number
  /** Whether two do it. */
  readonly isPinch: boolean
}

/** A finger that is put down trembles: so far it may go and is a tap all the same. */
const tremor = 4

/** Two fingers of which one lies on the other are so far from each other. */
const least = 20

const middleOf = (points: ReadonlyArray<Point>): number =>
  points.reduce((sum, { x }) => sum + x, 0) / points.length

const spreadOf = ([one, other]: ReadonlyArray<Point>): number =>
  one === undefined || other === undefined ? 1 : Math.max(least, Math.hypot(one.x - other.x, one.y - other.y))

export class Fingers {
  private readonly points = new Map<number, Point>()
  private from: Point = { x: 0, y: 0 }
  private moved = false

  /** Whether what was put down last dragged, and was no tap. */
  get isMoved(): boolean {
    return this.moved
  }

  /** A third finger does nothing. */
  down(id: number, point: Point): void {
    if (this.points.size === 2) return
    this.moved = this.points.size > 0
    if (!this.moved) this.from = point
    this.points.set(id, point)
  }

  /** `undefined`: it was not put down here, or has hardly moved yet. */
  move(id: number, point: Point): Gesture | undefined {
    if (!this.points.has(id)) return undefined
    if (!this.moved && Math.hypot(point.x - this.from.x, point.y - this.from.y) < tremor) return undefined
    this.moved = true
    const before = [...this.points.values()]
    this.points.set(id, point)
    const after = [...this.points.values()]
    const around = middleOf(after)
    const factor = spreadOf(after) / spreadOf(before)
    return { by: around - middleOf(before), factor, around, isPinch: after.length > 1 }
  }

  /** Whether it was a tap: the only finger, which dragged nothing. */
  up(id: number): boolean {
    return this.points.delete(id) && this.points.size === 0 && !this.moved
  }

  /** The browser has taken it, to scroll the page. */
  cancel(id: number): void {
    this.points.delete(id)
  }
}
