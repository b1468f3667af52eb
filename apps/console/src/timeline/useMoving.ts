import type { RefObject } from "preact"
import { useEffect, useMemo } from "preact/hooks"
import { Fingers } from "../parts/Fingers.js"
import { holdPinch } from "../parts/holdPinch.js"
import type { Sight } from "./Sight.js"

const isLink = ({ target }: Event): boolean => target instanceof Element && target.closest("a") !== null

/**
 * Moves through time with fingers, a mouse, the wheel and keys: dragging pans, a click or a tap sets the moment, two fingers zoom, as do
 * Ctrl and the wheel.
 */
export const useMoving = (element: RefObject<HTMLElement | null>, sight: Sight, left: () => number) => {
  const handlers = useMemo(() => {
    const fingers = new Fingers()
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => sight.pan(-sight.width.peek() / 10),
      ArrowRight: () => sight.pan(sight.width.peek() / 10),
      "+": () => sight.zoom(1.4),
      "=": () => sight.zoom(1.4),
      "-": () => sight.zoom(1 / 1.4)
    }
    const placeOf = (event: MouseEvent & { readonly currentTarget: HTMLElement }) => ({
      x: event.clientX - event.currentTarget.getBoundingClientRect().left - left(),
      y: event.clientY
    })
    return {
      onKeyDown: (event: KeyboardEvent) => {
        const action = keys[event.key]
        if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return
        event.preventDefault()
        action()
      },
      onPointerDown: (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
        const place = placeOf(event)
        // The bar that scrolls is no moment. A name is none either, but fingers may begin on it: they find little room beside.
        if (event.button !== 0 || place.x < 0 || place.x > sight.width.peek()) return
        if (isLink(event) && event.pointerType === "mouse") return
        fingers.down(event.pointerId, place)
        if (!isLink(event)) event.currentTarget.setPointerCapture(event.pointerId)
      },
      onPointerMove: (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
        const gesture = fingers.move(event.pointerId, placeOf(event))
        if (gesture !== undefined) sight.follows(gesture)
      },
      onPointerUp: (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
        const { x } = placeOf(event)
        if (fingers.up(event.pointerId) && !isLink(event)) sight.goTo(sight.timeAt(x))
      },
      onPointerCancel: ({ pointerId }: PointerEvent) => fingers.cancel(pointerId)
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
    if (current === null) return
    const letPinch = holdPinch(current)
    current.addEventListener("wheel", onWheel, { passive: false })
    return () => {
      letPinch()
      current.removeEventListener("wheel", onWheel)
    }
  }, [sight])
  return handlers
}
