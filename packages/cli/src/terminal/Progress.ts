/** What long work shows on a terminal: a bar with rate and time left. Scripts get the same as `status` lines. */
import { formatCount, type OnProgress } from "@white-room/core"
import { count, cutText, textWidth } from "./Text.js"

/** Work that is done sooner shows nothing. */
const quietMs = 500
const redrawMs = 100
const statusMs = 1000
const barWidth = 20

interface ProgressTarget {
  /** Draws over the line drawn before. `undefined` when there is no terminal to draw on. */
  readonly draw: ((line: string) => void) | undefined
  /** Prints a `status` line of JSON. */
  readonly status: ((status: ProgressStatus) => void) | undefined
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly width: number
}

interface ProgressStatus {
  readonly message_type: "status"
  readonly step: string
  readonly done: number
  readonly total: number
  readonly seconds: number
}

const timeLeft = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return ""
  if (seconds < 1) return "almost done"
  if (seconds < 90) return `${Math.round(seconds)} s left`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min left` : `${Math.round(seconds / 3600)} h left`
}

/**
 * `Import  [#####---------------]  25 %  250 of 1,000  125/s  6 s left`. Where that is too wide the bar goes first, then the
 * amount: how far, how fast and how long are what a person waits with.
 */
export const progressLine = (
  { step, done, total }: { readonly step: string; readonly done: number; readonly total: number },
  seconds: number,
  width: number
): string => {
  const title = step.charAt(0).toUpperCase() + step.slice(1)
  const rate = seconds > 0 ? done / seconds : 0
  const speed = rate > 0 ? `  ${count(Math.round(rate), "", "").trim()}/s` : ""
  if (total <= 0) return cutText(`${title}  ${count(done, "", "").trim()}${speed}`, width)
  const share = Math.min(1, done / total)
  const filled = Math.round(share * barWidth)
  const bar = "#".repeat(filled) + "-".repeat(barWidth - filled)
  const percent = String(Math.floor(share * 100)).padStart(3)
  const left = rate > 0 ? timeLeft((total - done) / rate) : ""
  const amount = `  ${formatCount(done)} of ${formatCount(total)}`
  const end = `${speed}${left === "" ? "" : `  ${left}`}`
  const lines = [
    `${title}  [${bar}] ${percent} %${amount}${end}`,
    `${title} ${percent} %${amount}${end}`,
    `${title} ${percent} %${end}`
  ]
  return cutText(lines.find((line) => textWidth(line) <= width) ?? lines.at(-1) ?? "", width)
}

/** A reporter for one piece of work. `end` takes the line away. */
export const makeProgress = (
  target: ProgressTarget
): { readonly report: OnProgress; readonly end: () => void } => {
  const began = target.now()
  let step = ""
  let stepBegan = began
  let drawnAt = Number.NEGATIVE_INFINITY
  let saidAt = Number.NEGATIVE_INFINITY
  let drawn = false
  const report: OnProgress = (progress) => {
    const now = target.now()
    if (progress.step !== step) {
      step = progress.step
      stepBegan = now
    }
    if (now - began < quietMs) return
    const seconds = (now - stepBegan) / 1000
    if (target.draw !== undefined && now - drawnAt >= redrawMs) {
      target.draw(progressLine(progress, seconds, target.width))
      drawnAt = now
      drawn = true
    }
    if (target.status !== undefined && now - saidAt >= statusMs) {
      target.status({ message_type: "status", ...progress, seconds: Math.round(seconds * 10) / 10 })
      saidAt = now
    }
  }
  const end = () => {
    if (drawn) target.draw?.("")
  }
  return { report, end }
}
