/** The colours of the style sheet for a canvas, light or dark; and a canvas that is as sharp as its screen. */

export type Palette = Readonly<Record<string, string>>

const names = ["ink", "faint", "line", "accent", "bad", "good", "then", "now", "card", "roll-row"] as const

/** Read once for many frames: to ask for a style has it worked out again. */
export const paletteOf = (element: Element): Palette => {
  const style = getComputedStyle(element)
  return {
    ...Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])),
    font: style.fontFamily
  }
}

/** A context whose units are those of the page, empty. */
export const sharpContext = (canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined => {
  const context = canvas.getContext("2d")
  if (context === null) return undefined
  const { clientWidth, clientHeight } = canvas
  const scale = devicePixelRatio || 1
  const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)]
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, clientWidth, clientHeight)
  return context
}
