/**
 * What happens on the server while the page is open, and whether it can be reached. `changes` counts: whatever shows something
 * of the server asks again when it grows.
 */
import { signal } from "@preact/signals"

type Connection = "here" | "away" | "revoked"

const changes = signal(0)
const connection = signal<Connection>("here")

let source: EventSource | undefined
let pause = 1000
let timer: ReturnType<typeof setTimeout> | undefined

const wake = (): void => {
  changes.value++
}

/** Events of one moment are one change. */
let isWaking = false
const changed = (): void => {
  if (isWaking) return
  isWaking = true
  setTimeout(() => {
    isWaking = false
    wake()
  }, 150)
}

const open = (): void => {
  const opened = new EventSource("/v1/events")
  source = opened
  opened.onopen = () => {
    const wasAway = connection.value === "away"
    connection.value = "here"
    pause = 1000
    if (wasAway) wake()
  }
  opened.onmessage = changed
  for (const name of ["library", "backup", "restore", "access", "invitation", "reset"])
    opened.addEventListener(name, changed)
  opened.addEventListener("bye", () => {
    connection.value = "revoked"
    stop()
  })
  opened.onerror = () => {
    opened.close()
    if (source === opened) retry()
  }
}

/** The stream ended. Whether the server is gone, or only says nothing by itself, its health tells. */
const retry = (): void => {
  source = undefined
  timer = setTimeout(async () => {
    const isThere = await fetch("/health/live").then(
      ({ ok }) => ok,
      () => false
    )
    if (!isThere) connection.value = "away"
    else if (connection.value === "away") {
      connection.value = "here"
      wake()
    }
    open()
  }, pause)
  pause = Math.min(pause * 2, 15_000)
}

const start = (): void => {
  if (source === undefined && timer === undefined) open()
}

const stop = (): void => {
  source?.close()
  source = undefined
  clearTimeout(timer)
  timer = undefined
}

export const live = { changes, connection, start, stop, wake }
