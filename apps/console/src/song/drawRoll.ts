import type { Section } from "../music/Music.js"
import type { PlacedNote, Side } from "../music/NoteDiff.js"

export interface View {
  /** The second at the left edge. */
  readonly left: number
  /** Pixels of a second. */
  readonly zoom: number
}

export interface Picture {
  /** By their beginning. */
  readonly notes: ReadonlyArray<PlacedNote>
  readonly hidden: ReadonlySet<number>
  readonly sections: ReadonlyArray<Section>
  readonly barLength: number
  readonly view: View
  /** The second of the line that shows where one is. */
  readonly cursor: number
}

/** Room above the notes for sections and bar numbers, in pixels. */
const rollHead = 34

const sides: ReadonlyArray<Side> = ["same", "then", "now"]

/** The pitches to show: those of all notes, and a little more. */
const rangeOf = (notes: ReadonlyArray<PlacedNote>): readonly [number, number] => {
  let low = 127
  let high = 0
  for (const { pitch } of notes) {
    if (pitch < low) low = pitch
    if (pitch > high) high = pitch
  }
  return low > high ? [55, 79] : [Math.max(0, low - 2), Math.min(127, Math.max(high + 2, low + 14))]
}

/** Draws what is visible of two versions over each other. Colours are those of the style sheet, light or dark. */
export const drawRoll = (canvas: HTMLCanvasElement, picture: Picture): void => {
  const context = canvas.getContext("2d")
  if (context === null) return
  const { clientWidth: width, clientHeight: height } = canvas
  const scale = devicePixelRatio || 1
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
  }
  const style = getComputedStyle(canvas)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const { notes, hidden, sections, barLength, view, cursor } = picture
  const right = view.left + width / view.zoom
  const x = (second: number) => (second - view.left) * view.zoom
  const [low, high] = rangeOf(notes)
  const row = (height - rollHead) / (high - low + 1)
  const y = (pitch: number) => rollHead + (high - pitch) * row
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)

  // Black keys.
  context.fillStyle = colour("roll-row")
  for (let pitch = low; pitch <= high; pitch++)
    if ([1, 3, 6, 8, 10].includes(pitch % 12)) context.fillRect(0, y(pitch), width, row)

  context.lineWidth = 1
  // Bars, and their numbers where there is room.
  const bar = barLength * view.zoom
  const step = Math.max(1, 2 ** Math.ceil(Math.log2(36 / bar)))
  context.font = `11px ${style.fontFamily}`
  context.textBaseline = "middle"
  for (
    let number = Math.floor(view.left / barLength / step) * step;
    number * barLength < right;
    number += step
  ) {
    const at = Math.round(x(number * barLength)) + 0.5
    context.strokeStyle = colour("roll-line")
    context.beginPath()
    context.moveTo(at, rollHead - 8)
    context.lineTo(at, height)
    context.stroke()
    context.fillStyle = colour("faint")
    context.fillText(String(number + 1), at + 4, rollHead - 9)
  }
  for (const { name, bar: first, bars } of sections) {
    const [from, to] = [x((first - 1) * barLength), x((first - 1 + bars) * barLength)]
    if (to < 0 || from > width) continue
    context.fillStyle = colour("roll-section")
    context.fillRect(from + 1, 2, to - from - 2, 15)
    context.save()
    context.beginPath()
    context.rect(from + 1, 2, to - from - 4, 15)
    context.clip()
    context.fillStyle = colour("ink")
    context.fillText(name, Math.max(from, 0) + 6, 10)
    context.restore()
  }

  // What is the same lies below; what was only then is an outline, so that it shows without its colour too.
  for (const side of sides) {
    context.fillStyle = colour(side)
    context.strokeStyle = colour(side)
    context.lineWidth = 1.5
    for (const note of notes) {
      if (note.start > right) break
      if (note.side !== side || note.start + note.length < view.left || hidden.has(note.track)) continue
      const wide = Math.max(2, note.length * view.zoom - 1)
      const tall = Math.max(2, row - 1)
      if (side === "then")
        context.strokeRect(x(note.start) + 0.75, y(note.pitch) + 0.75, wide - 1.5, tall - 1.5)
      else context.fillRect(x(note.start), y(note.pitch), wide, tall)
    }
  }

  const line = Math.round(x(cursor)) + 0.5
  context.strokeStyle = colour("accent")
  context.lineWidth = 2
  context.beginPath()
  context.moveTo(line, 18)
  context.lineTo(line, height)
  context.stroke()
}
