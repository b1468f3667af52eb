/** Keeps two fingers on an element from the browser, which would scroll or zoom the page with them. Gives what ends that. */
export const holdPinch = (element: HTMLElement): (() => void) => {
  const onMove = (event: TouchEvent) => {
    if (event.touches.length > 1 && event.cancelable) event.preventDefault()
  }
  element.addEventListener("touchmove", onMove, { passive: false })
  return () => element.removeEventListener("touchmove", onMove)
}
