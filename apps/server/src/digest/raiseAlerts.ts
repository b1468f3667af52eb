import type { OutsideFailed } from "@white-room/scheduler"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Alert, endLosses, graceMs, noteDangers, noteTold, untold } from "../control/Alerts.js"
import { libraryById } from "../control/Libraries.js"
import { listGroups, readLookedAfter } from "../control/LookedAfter.js"
import type { Desk } from "../http/Desk.js"
import { alertLetter, type NamedAlert } from "./AlertTexts.js"
import { findDangers, type Looking } from "./findDangers.js"
import { callWebhook, mailTo, type Outlets } from "./Outlets.js"

type Here = Looking & Pick<Desk, "data" | "log" | "url">

/** Who gets the mail about an alert: the readers of its group, else those of the server, who are told of all that is the server's own. */
const readersOf = (alerts: ReadonlyArray<Alert>) =>
  Effect.gen(function* () {
    const groups = new Map((yield* listGroups).map(({ name, to }) => [name, to]))
    const found = new Map<
      string,
      { readonly to: ReadonlyArray<string>; readonly alerts: Array<NamedAlert> }
    >()
    for (const alert of alerts) {
      const library = alert.library === "" ? undefined : yield* libraryById(alert.library)
      const to = groups.get(library?.group_name ?? "") ?? []
      const key = library === undefined ? "" : to.join(", ")
      const one = found.get(key) ?? { to: key === "" ? [] : to, alerts: [] }
      one.alerts.push({ ...alert, name: library?.name ?? alert.library })
      found.set(key, one)
    }
    return [...found.values()]
  })

/** Notes for each whether it was told. A letter that nobody took is tried again a while later. */
const settle = (
  { log }: Here,
  alerts: ReadonlyArray<Alert>,
  channel: "mail" | "webhook",
  told: Effect.Effect<unknown, OutsideFailed>
) =>
  Effect.gen(function* () {
    const sent = yield* Effect.either(told)
    yield* Effect.forEach(alerts, (alert) => noteTold(alert, channel, sent._tag === "Right"), {
      discard: true
    })
    if (sent._tag === "Right") return
    const time = new Date(yield* Clock.currentTimeMillis).toISOString()
    log({ time, level: "error", event: "fault", fault: `an alert was told nobody: ${sent.left.message}` })
  })

const tellByMail = (here: Here, outlets: Outlets) =>
  Effect.gen(function* () {
    const settings = yield* readLookedAfter
    if (settings.mail === null) return
    for (const { to, alerts } of yield* readersOf(yield* untold("mail"))) {
      const [first, ...others] = alerts
      const mail = mailTo(here.data, settings, to)
      if (first === undefined || mail === undefined) continue
      const letter = alertLetter([first, ...others], here.url())
      yield* settle(here, alerts, "mail", outlets.mail(mail, letter))
    }
  })

const tellWebhook = (here: Here, outlets: Outlets) =>
  Effect.gen(function* () {
    if ((yield* readLookedAfter).webhook === null) return
    for (const alert of yield* untold("webhook")) {
      const { kind, library, detail, since } = alert
      const name = library === "" ? "" : ((yield* libraryById(library))?.name ?? library)
      const message = {
        ...{ version: 1, activity: "alert", server: here.url(), time: new Date(since).toISOString() },
        ...{ kind, detail, library: library === "" ? null : library, libraryName: name === "" ? null : name }
      }
      yield* settle(here, [alert], "webhook", callWebhook(outlets, here.data, message))
    }
  })

/** Looks for what is dangerous, puts what is new on record and into the log, and tells whoever is to be told. */
export const raiseAlerts = (here: Here, outlets: Outlets) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const fresh = yield* noteDangers(yield* findDangers(here))
    for (const { kind, library, detail } of fresh)
      here.log({
        ...{ time: new Date(now).toISOString(), level: "error", event: "alert", kind, detail },
        ...(library !== "" && { library })
      })
    yield* tellByMail(here, outlets)
    yield* tellWebhook(here, outlets)
    yield* endLosses(now - graceMs)
  })
