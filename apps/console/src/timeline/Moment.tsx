/** The axis of time with backups and restores on it, and the line over it: the moment one looks at. */
import type { RefObject } from "preact"
import { useEffect, useRef } from "preact/hooks"
import { linkTo } from "../address/Link.js"
import type { Library } from "../api/Session.js"
import { Fingers } from "../parts/Fingers.js"
import { holdPinch } from "../parts/holdPinch.js"
import { texts, timeText } from "../texts/Texts.js"
import type { Mark } from "./Sheet.js"
import type { Sight } from "./Sight.js"

export interface MomentProps {
  readonly sight: Sight
  readonly library: Library
  readonly axis: RefObject<HTMLCanvasElement | null>
  readonly marks: ReadonlyArray<Mark>
  /** Pixels before time begins. */
  readonly left: number
  /** The element that says how it is used. */
  readonly help: string
}

/** So near to a mark the line jumps to it, in pixels. */
const near = 5

export const Moment = ({ sight, library, axis, marks, left, help }: MomentProps) => {
  const t = texts.value
  const held = useRef(new Fingers())
  const at = sight.at.value
  const now = new Date()
  const iso = at === undefined ? undefined : new Date(at).toISOString()
  const times = marks.map(({ time }) => Date.parse(time))
  const here = marks.filter((_, index) => times[index] === at)
  const said = [
    iso === undefined ? t.timelineNow : t.timelineAt(timeText(iso, now)),
    ...here.map(({ what, count, backup }) =>
      t.timelineMark(
        backup === undefined ? t.timelineMarks[what] : `${t.timelineMarks[what]} b${backup}`,
        count
      )
    )
  ].join(" · ")
  const step = (pixels: number) => sight.goTo((sight.at.peek() ?? sight.end) + pixels * sight.pixel)
  const before = times.findLast((time) => time < (at ?? sight.end))
  const after = at === undefined ? undefined : times.find((time) => time > at)
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => step(-8),
    ArrowRight: () => step(8),
    ArrowDown: () => step(-8),
    ArrowUp: () => step(8),
    PageDown: () => step(-sight.width.peek() / 10),
    PageUp: () => step(sight.width.peek() / 10),
    Home: () => sight.goTo(sight.begin),
    End: () => sight.goTo(undefined),
    Escape: () => sight.goTo(undefined),
    "+": () => sight.zoom(1.4),
    "=": () => sight.zoom(1.4),
    "-": () => sight.zoom(1 / 1.4)
  }
  const placeOf = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => ({
    x: event.clientX - event.currentTarget.getBoundingClientRect().left - left,
    y: event.clientY
  })
  const drag = (x: number) => {
    const wanted = sight.timeAt(x)
    const mark = times.find((time) => Math.abs(time - wanted) < near * sight.pixel)
    sight.goTo(mark ?? wanted)
  }
  useEffect(() => (axis.current === null ? undefined : holdPinch(axis.current)), [])
  return (
    <>
      <div class="moment">
        <span class="choice">
          <button
            type="button"
            class="quiet"
            aria-label={t.timelineBefore}
            title={t.timelineBefore}
            disabled={before === undefined}
            onClick={() => sight.goTo(before)}
          >
            ◀
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={t.timelineAfter}
            title={t.timelineAfter}
            disabled={after === undefined}
            onClick={() => sight.goTo(after)}
          >
            ▶
          </button>
        </span>
        <strong>{said}</strong>
        {iso !== undefined && (
          <>
            <a href={linkTo([library.id, "songs"], { at: iso })}>{t.timelineSongs}</a>
            <button type="button" class="quiet" onClick={() => sight.goTo(undefined)}>
              {t.timelineToNow}
            </button>
          </>
        )}
      </div>
      <canvas
        ref={axis}
        class="axis"
        tabIndex={0}
        role="slider"
        aria-label={t.timelineLine}
        aria-valuemin={Math.round(sight.begin / 60_000)}
        aria-valuemax={Math.round(sight.end / 60_000)}
        aria-valuenow={Math.round((at ?? sight.end) / 60_000)}
        aria-valuetext={said}
        aria-describedby={help}
        onKeyDown={(event) => {
          const action = keys[event.key]
          if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return
          event.preventDefault()
          action()
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          const place = placeOf(event)
          held.current.down(event.pointerId, place)
          event.currentTarget.setPointerCapture(event.pointerId)
          // The second of two fingers means no moment.
          if (!held.current.isMoved) drag(place.x)
        }}
        onPointerMove={(event) => {
          const gesture = held.current.move(event.pointerId, placeOf(event))
          if (gesture === undefined) return
          if (gesture.isPinch) sight.follows(gesture)
          else drag(gesture.around)
        }}
        onPointerUp={({ pointerId }) => void held.current.up(pointerId)}
        onPointerCancel={({ pointerId }) => held.current.cancel(pointerId)}
      />
    </>
  )
}
