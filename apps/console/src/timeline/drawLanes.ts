import { type Palette, sharpContext } from "./Palette.js"
import type { View } from "./Scale.js"
import type { Sheet } from "./Sheet.js"

/** Where rows lie, in pixels. */
export interface Layout {
  /** Where time begins, right of the names or below them. */
  readonly left: number
  readonly rowHeight: number
  readonly laneTop: number
  readonly laneHeight: number
}

export interface Lanes {
  readonly view: View
  readonly at: number | undefined
  readonly layout: Layout
  readonly scrolled: number
  readonly count: number
  readonly sheetOf: (row: number) => Sheet | undefined
}

/** The more changes, the darker: 1, 2 or 3, up to 9, up to 29, more. */
const shades = [0.35, 0.5, 0.68, 0.84, 1]
const shadeOf = (count: number): number =>
  count < 2 ? 0 : count < 4 ? 1 : count < 10 ? 2 : count < 30 ? 3 : 4

/** Draws the changes of the rows in sight, and the line of the moment one looks at. */
export const drawLanes = (canvas: HTMLCanvasElement, palette: Palette, lanes: Lanes): void => {
  const context = sharpContext(canvas)
  if (context === undefined) return
  const { view, at, layout, scrolled, count, sheetOf } = lanes
  const { left, rowHeight, laneTop, laneHeight } = layout
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  const scale = (width - left) / (view.until - view.from)
  const x = (time: number) => left + (time - view.from) * scale
  const first = Math.max(0, Math.floor(scrolled / rowHeight))
  const last = Math.min(count - 1, Math.floor((scrolled + height) / rowHeight))

  context.fillStyle = palette["roll-row"] ?? ""
  for (let index = first; index <= last; index++)
    context.fillRect(left, index * rowHeight - scrolled + laneTop, width - left, laneHeight)

  // One path for each shade: a colour that is set for each cell costs more than the cell.
  const paths = shades.map(() => new Path2D())
  const crosses = new Path2D()
  context.save()
  context.beginPath()
  context.rect(left, 0, width - left, height)
  context.clip()
  for (let index = first; index <= last; index++) {
    const sheet = sheetOf(index)
    const row = sheet?.rows[index - sheet.offset]
    if (sheet === undefined || row === undefined) continue
    const top = index * rowHeight - scrolled + laneTop
    for (const { slot, count: changes, deleted } of row.cells) {
      const begin = sheet.edges[slot] ?? 0
      const end = sheet.edges[slot + 1] ?? 0
      if (end < view.from || begin > view.until) continue
      const from = x(begin)
      const wide = Math.max(3, (end - begin) * scale - 1)
      if (deleted) {
        const [middle, centre, arm] = [from + wide / 2, top + laneHeight / 2, 4]
        crosses.moveTo(middle - arm, centre - arm)
        crosses.lineTo(middle + arm, centre + arm)
        crosses.moveTo(middle + arm, centre - arm)
        crosses.lineTo(middle - arm, centre + arm)
        if (changes === 1) continue
      }
      paths[shadeOf(changes)]?.rect(from, top, wide, laneHeight)
    }
  }
  context.fillStyle = palette.accent ?? ""
  for (const [shade, path] of paths.entries()) {
    context.globalAlpha = shades[shade] ?? 1
    context.fill(path)
  }
  context.globalAlpha = 1
  context.strokeStyle = palette.card ?? ""
  context.lineWidth = 5
  context.stroke(crosses)
  context.strokeStyle = palette.bad ?? ""
  context.lineWidth = 2
  context.stroke(crosses)
  if (at !== undefined) {
    const line = Math.round(x(at))
    context.fillStyle = palette.then ?? ""
    context.fillRect(line - 1, 0, 2, height)
  }
  context.restore()
}
