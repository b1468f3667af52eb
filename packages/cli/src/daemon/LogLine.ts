/** The lines of the daemon's log: for eyes, and for programs. One event is one line. */
import type { DaemonEvent } from "@white-room/scheduler"
import type { InboxEvent, PushEvent } from "@white-room/vault"
import { runJson } from "../schedule/RunText.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"

export type DaemonLine = Outputs["daemon-line"]

export const daemonLine = (event: DaemonEvent, now: Date): DaemonLine => {
  const begin = { message_type: "event", time: now.toISOString() } as const
  switch (event.event) {
    case "opened":
      return { ...begin, event: "opened", library: event.library }
    case "captured":
      return { ...begin, event: "captured", changes: event.changes }
    case "run":
      return { ...begin, event: "run", ...runJson(event.report, event.number) }
    case "alert": {
      const { profile, last, text, warnings } = event.alert
      const place = event.alert.place._tag === "Here" ? "" : event.alert.place.destination
      const lastGood = last?.startedAt.toISOString() ?? null
      return { ...begin, event: "alert", profile, place, lastGood, message: text, warnings }
    }
    case "digest":
      return { ...begin, event: "digest", ...event.digest }
    case "paused":
      return { ...begin, event: "paused", profile: event.profile, reason: event.reason }
    case "resumed":
      return { ...begin, event: "resumed", profile: event.profile }
    case "waiting":
      return { ...begin, event: "waiting", heldBy: event.heldBy, until: event.until.toISOString() }
    case "unreadable":
      return { ...begin, event: "unreadable", profile: event.name, message: event.reason }
    case "trouble":
      return { ...begin, event: "trouble", error: event.error, message: event.message }
  }
}

/** A push to a vault, or the beginning of trouble with one. */
export const pushLine = (event: PushEvent, now: Date): DaemonLine => {
  const begin = { message_type: "event", time: now.toISOString() } as const
  return event._tag === "Pushed"
    ? {
        ...begin,
        event: "pushed",
        vault: event.vault,
        events: event.report.events,
        bytes: event.report.bytes
      }
    : { ...begin, event: "away", vault: event.vault, error: event.error._tag, message: event.error.message }
}

/** What became of restores that were sent to this device. */
export const inboxLine = (event: InboxEvent, now: Date): DaemonLine => {
  const begin = { message_type: "event", time: now.toISOString(), vault: event.vault } as const
  if (event._tag === "Trouble")
    return { ...begin, event: "away", error: event.error._tag, message: event.error.message }
  const { id, from, source, mode, only = [] } = event.restore
  const about = { ...begin, restore: id, from }
  if (event._tag === "NotBrought") return { ...about, event: "not-brought", reason: event.reason }
  const what = { ...about, source, mode, names: only.map(({ name, id: entity }) => name || entity) }
  return event._tag === "Brought"
    ? { ...what, event: "brought" }
    : { ...what, event: "asks", appOpen: event.appOpen }
}

const valueText = (value: unknown): string => {
  const text = printable(Array.isArray(value) ? value.join("; ") : String(value))
  return /^[^\s"=]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`
}

/** What only programs need. */
const left = new Set(["message_type", "time", "event", "dueAt", "startedAt", "endedAt", "backupId"])

/** `2026-11-22T18:00:03.120Z run profile=daily activity=backup outcome=done number=31 seconds=0.2`. */
export const logText = (line: DaemonLine): string => {
  const fields = Object.entries(line).filter(
    ([name, value]) =>
      !left.has(name) &&
      value !== undefined &&
      value !== "" &&
      value !== null &&
      !(Array.isArray(value) && value.length === 0) &&
      !(value === 0 && (name === "missed" || name === "forgotten")) &&
      !(value === 1 && name === "attempt")
  )
  const seconds =
    line.event === "run"
      ? [`seconds=${Math.max(0, Date.parse(line.endedAt) - Date.parse(line.startedAt)) / 1000}`]
      : []
  return [
    line.time,
    line.event,
    ...fields.map(([name, value]) => `${name}=${valueText(value)}`),
    ...seconds
  ].join(" ")
}
