/** Two versions over each other as a piano roll: one moves through it by bars, with keys, the wheel, a mouse or fingers. */
import { type Signal, useSignal, useSignalEffect } from "@preact/signals"
import { useEffect, useId, useRef } from "preact/hooks"
import type { Music } from "../music/Music.js"
import type { NoteDiff } from "../music/NoteDiff.js"
import { Fingers } from "../parts/Fingers.js"
import { holdPinch } from "../parts/holdPinch.js"
import type { Texts } from "../texts/english.js"
import { texts } from "../texts/Texts.js"
import { drawRoll, type View } from "./drawRoll.js"

export interface RollProps {
  readonly music: Music
  readonly diff: NoteDiff
  /** From which bar one listens, counted from 1. */
  readonly bar: Signal<number>
  /** The second that is heard; `undefined` while nothing plays. */
  readonly heard: Signal<number | undefined>
  readonly told: Texts["past"]
}

export const Roll = ({ music, diff, bar, heard, told }: RollProps) => {
  const t = texts.value
  const canvas = useRef<HTMLCanvasElement>(null)
  const view = useSignal<View>({ left: 0, zoom: 0 })
  const hidden = useSignal<ReadonlySet<number>>(new Set())
  const turn = useSignal(0)
  const help = useId()
  const fingers = useRef(new Fingers())
  const { barLength, bars, sections } = music
  const end = bars * barLength

  /** A view that shows something: not before the beginning, nor much after the end. */
  const look = (left: number, zoom: number) => {
    const width = canvas.current?.clientWidth ?? 600
    const fitting = Math.min(600, Math.max(width / end / 1.02, zoom))
    const most = Math.max(0, end - (width * 0.98) / fitting)
    view.value = { left: Math.min(most, Math.max(0, left)), zoom: fitting }
  }
  const zoomBy = (factor: number, around: number) => {
    const { left, zoom } = view.value
    const before = zoom
    look(left, zoom * factor)
    look(around - ((around - left) * before) / view.value.zoom, view.value.zoom)
  }
  const goToBar = (wanted: number) => {
    bar.value = Math.min(bars, Math.max(1, wanted))
    const at = (bar.value - 1) * barLength
    const { left, zoom } = view.value
    const width = (canvas.current?.clientWidth ?? 600) / zoom
    if (at < left || at > left + width * 0.85) look(at - width * 0.15, zoom)
  }

  // Begins with the first few bars of these notes
  useEffect(() => {
    const width = canvas.current?.clientWidth ?? 600
    look(0, Math.max(width / end, width / (16 * barLength)))
  }, [music])
  useEffect(() => {
    const again = () => {
      turn.value++
    }
    const dark = matchMedia("(prefers-color-scheme: dark)")
    const size = new ResizeObserver(again)
    if (canvas.current) size.observe(canvas.current)
    const letPinch = canvas.current ? holdPinch(canvas.current) : undefined
    dark.addEventListener("change", again)
    return () => {
      letPinch?.()
      size.disconnect()
      dark.removeEventListener("change", again)
    }
  }, [turn])
  useSignalEffect(() => {
    const second = heard.value
    const { left, zoom } = view.peek()
    const width = (canvas.current?.clientWidth ?? 600) / zoom
    if (second !== undefined && (second < left || second > left + width * 0.9))
      look(second - width * 0.1, zoom)
  })
  const latest = useRef({ diff, music })
  latest.current = { diff, music }
  const draw = () => {
    if (canvas.current === null || view.value.zoom === 0) return
    drawRoll(canvas.current, {
      notes: latest.current.diff.notes,
      hidden: hidden.value,
      sections: latest.current.music.sections,
      barLength: latest.current.music.barLength,
      view: view.value,
      cursor: heard.value ?? (bar.value - 1) * latest.current.music.barLength
    })
  }
  useSignalEffect(() => {
    void turn.value
    draw()
  })
  // Other notes are drawn at once
  useEffect(draw, [diff, sections])

  const count = (side: string) => diff.notes.filter((note) => note.side === side).length
  const [same, then, now] = [count("same"), count("then"), count("now")]
  const status = told.status(bar.value, bars, same, then, now)
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => goToBar(bar.value - 1),
    ArrowRight: () => goToBar(bar.value + 1),
    PageUp: () => goToBar(bar.value - 8),
    PageDown: () => goToBar(bar.value + 8),
    Home: () => goToBar(1),
    End: () => goToBar(bars),
    "+": () => zoomBy(1.4, (bar.value - 1) * barLength),
    "-": () => zoomBy(1 / 1.4, (bar.value - 1) * barLength)
  }
  return (
    <div class="roll">
      <div class="legend">
        {told.now !== "" && (
          <>
            <span class="key same">{t.rollSame}</span>
            <span class="key then">{told.only}</span>
            <span class="key now">{told.now}</span>
          </>
        )}
        <span class="zoom">
          <button type="button" class="quiet" aria-label={t.zoomOut} onClick={keys["-"]}>
            −
          </button>
          <button type="button" class="quiet" aria-label={t.zoomIn} onClick={keys["+"]}>
            +
          </button>
        </span>
      </div>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="slider"
        aria-label={t.roll}
        aria-valuemin={1}
        aria-valuemax={bars}
        aria-valuenow={bar.value}
        aria-valuetext={status}
        aria-describedby={help}
        onKeyDown={(event) => {
          const action = keys[event.key === "=" ? "+" : event.key]
          if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return
          event.preventDefault()
          action()
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          fingers.current.down(event.pointerId, { x: event.offsetX, y: event.offsetY })
          event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerMove={(event) => {
          const gesture = fingers.current.move(event.pointerId, { x: event.offsetX, y: event.offsetY })
          if (gesture === undefined) return
          const { left, zoom } = view.value
          look(left - gesture.by / zoom, zoom)
          if (gesture.isPinch) zoomBy(gesture.factor, view.value.left + gesture.around / zoom)
        }}
        onPointerUp={({ pointerId, offsetX }) => {
          if (!fingers.current.up(pointerId)) return
          const { left, zoom } = view.value
          goToBar(Math.floor((left + offsetX / zoom) / barLength) + 1)
        }}
        onPointerCancel={({ pointerId }) => fingers.current.cancel(pointerId)}
        onWheel={(event) => {
          const { left, zoom } = view.value
          const sideways = event.shiftKey ? event.deltaY : event.deltaX
          if (event.ctrlKey) zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15, left + event.offsetX / zoom)
          else if (sideways !== 0) look(left + sideways / zoom, zoom)
          else return
          event.preventDefault()
        }}
      />
      <p class="facts" aria-hidden="true">
        {status}
      </p>
      <p id={help} class="facts">
        {t.rollHelp}
      </p>
      {diff.tracks.length > 1 && (
        <fieldset class="tracks">
          <legend>{t.rollTracks}</legend>
          {diff.tracks.map((name, track) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={!hidden.value.has(track)}
                onChange={({ currentTarget }) => {
                  const next = new Set(hidden.value)
                  if (currentTarget.checked) next.delete(track)
                  else next.add(track)
                  hidden.value = next
                }}
              />
              <bdi>{name}</bdi>
            </label>
          ))}
        </fieldset>
      )}
    </div>
  )
}
