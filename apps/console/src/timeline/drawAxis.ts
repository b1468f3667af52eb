import { tickText } from "../texts/Texts.js"
import { type Palette, sharpContext } from "./Palette.js"
import { ticksOf, type View } from "./Scale.js"
import type { Mark, Sheet } from "./Sheet.js"

export interface Axis {
  readonly view: View
  readonly at: number | undefined
  /** Where time begins. */
  readonly left: number
  readonly sheet: Sheet | undefined
}

/** How high what stands on the axis is: numbers, marks, how much happened. */
const [numbers, marks, total] = [20, 36, 60]

const shapes: Readonly<
  Record<Mark["what"], (context: CanvasRenderingContext2D, x: number, y: number) => void>
> = {
  backup: (context, x, y) => {
    context.moveTo(x, y - 5)
    context.lineTo(x + 4.5, y + 4)
    context.lineTo(x - 4.5, y + 4)
  },
  restore: (context, x, y) => diamond(context, x, y, 6),
  undo: (context, x, y) => {
    diamond(context, x, y, 6)
    diamond(context, x, y, 3)
  },
  import: (context, x, y) => context.rect(x - 4, y - 4, 8, 8),
  pull: (context, x, y) => context.rect(x - 4, y - 4, 8, 8)
}

const diamond = (context: CanvasRenderingContext2D, x: number, y: number, size: number): void => {
  context.moveTo(x, y - size)
  context.lineTo(x + size, y)
  context.lineTo(x, y + size)
  context.lineTo(x - size, y)
  context.closePath()
}

const colours: Readonly<Record<Mark["what"], string>> = {
  backup: "good",
  restore: "now",
  undo: "then",
  import: "faint",
  pull: "faint"
}

/** Draws days or hours, backups and restores, and how much happened in all. */
export const drawAxis = (canvas: HTMLCanvasElement, palette: Palette, axis: Axis): void => {
  const context = sharpContext(canvas)
  if (context === undefined) return
  const { view, at, left, sheet } = axis
  const width = canvas.clientWidth
  const scale = (width - left) / (view.until - view.from)
  const x = (time: number) => left + (time - view.from) * scale
  context.save()
  context.beginPath()
  context.rect(left, 0, width - left, total)
  context.clip()

  context.font = `12px ${palette.font}`
  context.textBaseline = "middle"
  context.fillStyle = palette.faint ?? ""
  for (const { time, unit } of ticksOf(view, width - left, 72)) {
    const from = Math.round(x(time))
    context.fillRect(from, 0, 1, total)
    context.fillText(tickText(new Date(time), unit), from + 4, numbers / 2)
  }

  context.fillStyle = palette.faint ?? ""
  const most = Math.max(1, ...(sheet?.events ?? []))
  for (const [slot, count] of (sheet?.events ?? []).entries()) {
    const begin = sheet?.edges[slot] ?? 0
    const end = sheet?.edges[slot + 1] ?? 0
    if (count === 0 || end < view.from || begin > view.until) continue
    const tall = 2 + (Math.log1p(count) / Math.log1p(most)) * (total - marks - 6)
    context.fillRect(x(begin), total - tall, Math.max(1, (end - begin) * scale - 1), tall)
  }

  for (const mark of sheet?.marks ?? []) {
    const place = x(Date.parse(mark.time))
    if (place < left - 8 || place > width + 8) continue
    context.beginPath()
    shapes[mark.what](context, place, (numbers + marks) / 2)
    context.fillStyle = palette[colours[mark.what]] ?? ""
    context.fill("evenodd")
  }

  if (at !== undefined) {
    const line = Math.round(x(at))
    context.fillStyle = palette.then ?? ""
    context.fillRect(line - 1, 0, 2, total)
    context.beginPath()
    context.moveTo(line - 7, total)
    context.lineTo(line + 7, total)
    context.lineTo(line, total - 10)
    context.fill()
  }
  context.restore()
}
