/** Fingers on a page, as its screen tells of them: what the browser makes of them (a tap, a scroll, nothing) is its own. */
import type { Page } from "playwright-core"

type Point = readonly [x: number, y: number]

export interface TestFingers {
  /** Puts fingers down, moves each to where it shall be, and takes them up. */
  readonly draw: (from: ReadonlyArray<Point>, to: ReadonlyArray<Point>) => Promise<void>
  readonly tap: (at: Point) => Promise<void>
}

/** So many steps a finger takes from one place to another. */
const steps = 8

export const fingersOn = async (page: Page): Promise<TestFingers> => {
  const browser = await page.context().newCDPSession(page)
  const tell = (type: "touchStart" | "touchMove" | "touchEnd", points: ReadonlyArray<Point>) =>
    browser.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: points.map(([x, y], id) => ({ x, y, id }))
    })
  const draw = async (from: ReadonlyArray<Point>, to: ReadonlyArray<Point>) => {
    await tell("touchStart", from)
    for (let step = 1; step <= steps; step++)
      await tell(
        "touchMove",
        from.map(([x, y], index) => {
          const [endX = x, endY = y] = to[index] ?? []
          return [x + ((endX - x) * step) / steps, y + ((endY - y) * step) / steps]
        })
      )
    await tell("touchEnd", [])
  }
  return {
    draw,
    tap: async (at) => {
      await tell("touchStart", [at])
      await tell("touchEnd", [])
    }
  }
}
