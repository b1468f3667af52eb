/** The songs, one below the other, and when each was changed: a canvas behind the rows that are in sight. */
import { useSignal, useSignalEffect } from "@preact/signals"
import { useEffect, useId, useMemo, useRef } from "preact/hooks"
import { live } from "../api/Live.js"
import type { Library } from "../api/Session.js"
import { Wrong } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"
import { Blocks } from "./Blocks.js"
import { drawAxis } from "./drawAxis.js"
import { drawLanes, type Layout } from "./drawLanes.js"
import { Moment } from "./Moment.js"
import { type Palette, paletteOf } from "./Palette.js"
import { Row } from "./Row.js"
import { keyOf, type List, type Sheet, sheetsIn, type Then, thenAt } from "./Sheet.js"
import type { Sight } from "./Sight.js"
import { Signs } from "./Signs.js"
import { useMoving } from "./useMoving.js"

export interface LanesProps {
  readonly library: Library
  readonly list: List
  readonly sight: Sight
  /** How many rows there are without a search. */
  readonly all: number
}

/** On a phone time lies below the names, elsewhere beside them. */
const layoutFor = (width: number): Layout =>
  width < 640
    ? { left: 0, rowHeight: 60, laneTop: 32, laneHeight: 22 }
    : { left: width < 900 ? 240 : 320, rowHeight: 34, laneTop: 5, laneHeight: 24 }

/**
 * Rows that are there above and below those in sight, so that keys and screen readers get on. They come and go as many at a time:
 * to make them with every row that is passed would cost frames.
 */
const beyond = 8
const inStep = (row: number): number => row - (row % beyond)

export const Lanes = ({ library, list, sight, all }: LanesProps) => {
  const t = texts.value
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const axis = useRef<HTMLCanvasElement>(null)
  const palette = useRef<Palette>({})
  const size = useSignal({ width: 0, height: 0 })
  const scrolled = useSignal(0)
  const sheets = useMemo(() => new Blocks<Sheet>(), [])
  const thens = useMemo(() => new Blocks<Then>(), [])
  const theme = useSignal(0)
  const help = useId()
  const layout = layoutFor(size.value.width)
  const count = useSignal(list.search === "" ? all : 0)
  const first = useSignal(0)
  const last = useSignal(0)

  useEffect(() => {
    const restyle = () => {
      if (scroller.current) palette.current = paletteOf(scroller.current)
      theme.value++
    }
    const measure = () => {
      const { clientWidth: width = 0, clientHeight: height = 0 } = scroller.current ?? {}
      size.value = { width, height }
      sight.width.value = Math.max(1, width - layoutFor(width).left)
    }
    restyle()
    measure()
    const dark = matchMedia("(prefers-color-scheme: dark)")
    const observer = new ResizeObserver(measure)
    if (scroller.current) observer.observe(scroller.current)
    dark.addEventListener("change", restyle)
    return () => {
      observer.disconnect()
      dark.removeEventListener("change", restyle)
      sheets.end()
      thens.end()
    }
  }, [])

  useSignalEffect(() => {
    void sheets.turn.value
    sight.count.value = sheets.newest?.count
    if (sheets.newest !== undefined) count.value = sheets.newest.count
    const { rowHeight } = layoutFor(size.value.width)
    const most = Math.max(0, count.value - 1)
    first.value = Math.min(most, Math.max(0, inStep(Math.floor(scrolled.value / rowHeight)) - beyond))
    last.value = Math.min(
      most,
      inStep(Math.ceil((scrolled.value + size.value.height) / rowHeight)) + 2 * beyond
    )
  })
  // What is in sight is asked for, and again when the library changes
  useSignalEffect(() => {
    const generation = live.changes.value
    if (size.value.width === 0) return
    const inSight = { first: first.value, last: last.value }
    const at = sight.at.value
    const wanted = sheetsIn(list, generation, sight.view.value, sight.inSight(), sight.width.value)
    sheets.want({ ...inSight, ...wanted })
    if (at !== undefined) thens.want({ ...inSight, ...thenAt(list, generation, at) })
  })

  // What is told of each row in words follows when one has come to rest
  useSignalEffect(() => {
    const view = sight.view.value
    const timer = setTimeout(() => {
      sight.settled.value = view
    }, 250)
    return () => clearTimeout(timer)
  })

  // However much changes, it is drawn once a frame
  const frame = useRef(0)
  const draw = () => {
    frame.current = 0
    const [view, at] = [sight.view.peek(), sight.at.peek()]
    const now = layoutFor(size.peek().width)
    if (canvas.current)
      drawLanes(canvas.current, palette.current, {
        ...{ view, at, layout: now, scrolled: scrolled.peek(), count: count.peek() },
        sheetOf: (row) => sheets.of(row)
      })
    if (axis.current)
      drawAxis(axis.current, palette.current, { view, at, left: now.left, sheet: sheets.newest })
  }
  useSignalEffect(() => {
    void [sight.view.value, sight.at.value, size.value, scrolled.value, sheets.turn.value, theme.value]
    if (frame.current === 0) frame.current = requestAnimationFrame(draw)
  })
  useEffect(() => () => cancelAnimationFrame(frame.current), [])

  const handlers = useMoving(scroller, sight, () => layoutFor(size.peek().width).left)
  void [sheets.turn.value, thens.turn.value]
  const trouble = sheets.trouble.value ?? thens.trouble.value
  const shown = Array.from({ length: count.value === 0 ? 0 : last.value - first.value + 1 }, (_, index) => {
    const place = first.value + index
    const sheet = sheets.of(place)
    const row = sheet?.rows[place - sheet.offset]
    return { place, sheet, row, was: thens.of(place) }
  })
  return (
    <>
      <Moment
        sight={sight}
        library={library}
        axis={axis}
        marks={sheets.newest?.marks ?? []}
        left={layout.left}
        help={help}
      />
      {trouble !== undefined && <Wrong error={trouble} again={() => live.wake()} />}
      <section
        ref={scroller}
        class="lanes"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with keys
        tabIndex={0}
        aria-label={t.timelineLanes}
        onScroll={({ currentTarget }) => {
          scrolled.value = currentTarget.scrollTop
        }}
        {...handlers}
      >
        <canvas ref={canvas} />
        <ul style={{ height: `${count.value * layout.rowHeight}px` }}>
          {shown.map(({ place, sheet, row, was }) => (
            <li
              key={row === undefined ? place : keyOf(row)}
              aria-posinset={place + 1}
              aria-setsize={count.value}
              style={{
                top: `${place * layout.rowHeight}px`,
                height: `${layout.left === 0 ? layout.laneTop : layout.rowHeight}px`,
                width: layout.left === 0 ? "100%" : `${layout.left - 8}px`
              }}
            >
              {row !== undefined && sheet !== undefined && (
                <Row library={library} row={row} sheet={sheet} then={was} sight={sight} />
              )}
            </li>
          ))}
        </ul>
      </section>
      <Signs id={help} />
    </>
  )
}
