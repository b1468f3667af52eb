import type { RefObject } from "preact"
import { useEffect, useMemo, useRef } from "preact/hooks"
import type { Sight } from "./Sight.js"

interface Held {
  readonly from: number
  x: number
  isMoved: boolean
}

/** Moves through time with a pointer, the wheel and keys: dragging pans, a click sets the moment, Ctrl and the wheel zoom. */
export const useMoving = (element: RefObject<HTMLElement | null>, sight: Sight, left: () => number) => {
  const held = useRef<Held | undefined>(undefined)
  const handlers = useMemo(() => {
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => sight.pan(-sight.width.peek() / 10),
      ArrowRight: () => sight.pan(sight.width.peek() / 10),
      "+": () => sight.zoom(1.4),
      "=": () => sight.zoom(1.4),
      "-": () => sight.zoom(1 / 1.4)
    }
    const placeOf = (event: MouseEvent & { readonly currentTarget: HTMLElement }): number =>
      event.clientX - event.currentTarget.getBoundingClientRect().left - left()
    return {
      onKeyDown: (event: KeyboardEvent) => {
        const action = keys[event.key]
        if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return
        event.preventDefault()
        action()
      },
      onPointerDown: (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
        const isLink = event.target instanceof Element && event.target.closest("a") !== null
        const x = placeOf(event)
        // Neither a name nor the bar that scrolls is a moment.
        if (event.button !== 0 || isLink || x < 0 || x > sight.width.peek()) return
        held.current = { from: x, x, isMoved: false }
        event.currentTarget.setPointerCapture(event.pointerId)
      },
      onPointerMove: (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
        const hold = held.current
        if (hold === undefined) return
        const x = placeOf(event)
        if (!hold.isMoved && Math.abs(x - hold.from) < 4) return
        hold.isMoved = true
        sight.pan(hold.x - x)
        hold.x = x
      },
      onPointerUp: () => {
        const hold = held.current
        held.current = undefined
        if (hold !== undefined && !hold.isMoved) sight.goTo(sight.timeAt(hold.x))
      },
      onPointerCancel: () => {
        held.current = undefined
      }
    }
  }, [sight])
  // The wheel must be held back from the browser, which zooms the page otherwise
  useEffect(() => {
    const { current } = element
    const onWheel = (event: WheelEvent) => {
      // Two fingers never go quite straight down.
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
      const sideways = event.shiftKey ? event.deltaY : isSideways ? event.deltaX : 0
      if (event.ctrlKey && current !== null) {
        const x = event.clientX - current.getBoundingClientRect().left - left()
        sight.zoom(Math.exp(-event.deltaY / 300), sight.timeAt(x))
      } else if (sideways !== 0) sight.pan(sideways)
      else return
      event.preventDefault()
    }
    current?.addEventListener("wheel", onWheel, { passive: false })
    return () => current?.removeEventListener("wheel", onWheel)
  }, [sight])
  return handlers
}
