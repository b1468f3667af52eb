/**
 * What happens on the server while the page is open, and whether it can be reached. `changes` counts: whatever shows something
 * of the server asks again when it grows.
 */
import { signal } from "@preact/signals"

/** `revoked`: the access of this browser has ended. */
type Connection = "here" | "away" | "revoked"

const changes = signal(0)
const connection = signal<Connection>("here")

const firstPause = 1000
const longestPause = 5000

let source: EventSource | undefined
let pause = firstPause
let timer: ReturnType<typeof setTimeout> | undefined
let waking: ReturnType<typeof setTimeout> | undefined

/** Has everything asked again; what happens within a moment is one change. */
const wake = (): void => {
  if (waking !== undefined) return
  waking = setTimeout(() => {
    waking = undefined
    changes.value++
  }, 150)
}

const back = (): void => {
  pause = firstPause
  if (connection.value !== "away") return
  connection.value = "here"
  wake()
}

const open = (): void => {
  const opened = new EventSource("/v1/events")
  source = opened
  opened.onopen = back
  opened.onmessage = wake
  for (const name of names) opened.addEventListener(name, wake)
  opened.onerror = () => {
    opened.close()
    if (source !== opened) return
    source = undefined
    retry()
  }
}

/**
 * What the server tells of; `reset`: more than it remembers; `bye`: it ends the stream. Why it does (an access that ended, a server
 * that stops), the answers say to what is asked again then.
 */
const names = ["library", "backup", "restore", "profile", "access", "reset", "bye"]

/** The stream ended. Whether the server is gone, or only has nothing to tell, its health says. */
const retry = (): void => {
  clearTimeout(timer)
  timer = setTimeout(async () => {
    timer = undefined
    const isThere = await fetch("/health/live").then(
      ({ ok }) => ok,
      () => false
    )
    // Meanwhile somebody signed out, or the stream was opened.
    if (watch === undefined || source !== undefined || timer !== undefined) return
    if (isThere) back()
    else connection.value = "away"
    // What happened between two streams is told by neither.
    if (isThere) wake()
    open()
  }, pause)
  pause = Math.min(pause * 2, longestPause)
}

/** A page that looks again after so long may listen to nobody: a computer that slept is told of nothing that ended meanwhile. */
const longestSilence = 30_000
let seen = 0
let watch: ReturnType<typeof setInterval> | undefined

/** Listens from the beginning and has everything asked again, whatever became of the stream before. */
const again = (): void => {
  if (connection.value === "revoked") return
  close()
  open()
  wake()
}

/** Called every few seconds while somebody looks; a gap says that the computer slept, or that the page was out of sight. */
const look = (): void => {
  if (document.hidden) return
  const now = Date.now()
  const silence = now - seen
  seen = now
  if (silence > longestSilence) again()
}

const start = (): void => {
  connection.value = "here"
  if (source === undefined && timer === undefined) open()
  if (watch !== undefined) return
  seen = Date.now()
  watch = setInterval(look, longestSilence / 6)
  document.addEventListener("visibilitychange", look)
  addEventListener("online", again)
}

const close = (): void => {
  source?.close()
  source = undefined
  clearTimeout(timer)
  timer = undefined
}

const stop = (): void => {
  close()
  clearInterval(watch)
  watch = undefined
  document.removeEventListener("visibilitychange", look)
  removeEventListener("online", again)
}

/** A request found nobody: it is asked for until somebody is there. */
const lost = (): void => {
  if (connection.value !== "here") return
  connection.value = "away"
  close()
  retry()
}

/** A request was told that nobody is signed in any more. */
const revoked = (): void => {
  stop()
  connection.value = "revoked"
}

export const live = { changes, connection, start, stop, wake, lost, revoked }
