import { day, hour, isRemote } from "@white-room/core"
import {
  type DigestOptions,
  digestLetter,
  dueRun,
  type LibraryWeek,
  OutsideFailed,
  parseRule,
  plainText
} from "@white-room/scheduler"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Channel, listAlerts } from "../control/Alerts.js"
import { beginDigest, type Digest, digestsOf, endDigest } from "../control/Digests.js"
import { type KeptLibrary, librariesOfGroup } from "../control/Libraries.js"
import { type GroupCare, type LookedAfter, listGroups, readLookedAfter } from "../control/LookedAfter.js"
import { proofOf } from "../control/Proofs.js"
import type { Desk } from "../http/Desk.js"
import { lastingLine } from "./AlertTexts.js"
import { callWebhook, mailTo, type Outlets } from "./Outlets.js"

type Here = Pick<Desk, "data" | "log" | "url"> & {
  readonly replicas: Pick<Desk["replicas"], "week">
  readonly mirror: unknown
  readonly shelf: { readonly blobs: (library: string) => { readonly place: string } }
}

/** When nobody could be reached. */
const retry = hour
const week = 7 * day

/** A library that is fuller than this is told of. */
const nearlyFull = 0.9

/** When a digest is due, and when the one before was sent; `undefined` while it is not. */
const dueOf = (
  { digest, zone, since }: LookedAfter,
  { pausedUntil }: GroupCare,
  sent: ReadonlyArray<Digest>,
  now: number
) => {
  if (digest === "off" || pausedUntil > now) return undefined
  const [newest] = sent
  const last = sent.find(({ outcome }) => outcome !== "failed")
  // What was due while the group was paused is not caught up.
  const dueAt = Math.max(last?.due_at ?? 0, pausedUntil)
  const history = {
    since: Math.max(since, pausedUntil),
    last: last && { dueAt, startedAt: Math.max(last.started_at, pausedUntil) }
  }
  const due = dueRun({ rules: [parseRule(digest)], zone, quiet: [], catchUp: "once" }, history, now)
  const age = newest?.outcome === "failed" ? now - newest.started_at : undefined
  if (due === undefined || (age !== undefined && age >= 0 && age < retry)) return undefined
  // One that nobody took is the same digest when it is tried again.
  return { dueAt: due.dueAt, from: last?.started_at ?? now - week }
}

/** A library that is written on the server, whose files are on its disk and nowhere else. */
const isOnlyHere = ({ mirror, shelf }: Here, { id, home }: KeptLibrary): boolean =>
  home === "server" && mirror === undefined && !isRemote(shelf.blobs(id).place)

/** What of a library asks to be looked at. */
const problemsOf = (here: Here, library: KeptLibrary) => {
  const { id, quota, used, sealed } = library
  return Effect.map(sealed === 1 ? Effect.succeed(undefined) : proofOf(id), (proof) => [
    ...(proof?.ok === 0
      ? [`what was pushed does not come back whole: ${plainText(proof.detail, 300).replace(/\.$/, "")}`]
      : []),
    ...(quota > 0 && used > quota * nearlyFull
      ? [`${Math.round((used / quota) * 100)} % of its room is used`]
      : []),
    ...(isOnlyHere(here, library)
      ? ["this server has the only copy of it, and no mirror: it is lost with the server's disk"]
      : [])
  ])
}

/**
 * What there is to tell of a library; nothing of one that was invited lately and did not come yet. Absence is no danger: it is told
 * after some days, and the days of a pause do not count.
 */
const weekOf =
  (here: Here, library: KeptLibrary, { absentDays }: LookedAfter, pausedUntil: number) =>
  (from: number) =>
    Effect.gen(function* () {
      const { replicas } = here
      const now = yield* Clock.currentTimeMillis
      const { id, name, arrived_at, created_at } = library
      const seen = Math.max(arrived_at === 0 ? created_at : arrived_at, pausedUntil)
      const late = Math.abs(now - seen) > absentDays * day
      if (arrived_at === 0 && !late) return []
      const asked =
        library.sealed === 1 || arrived_at === 0 ? undefined : yield* Effect.either(replicas.week(id, from))
      const found = asked?._tag === "Right" ? asked.right : undefined
      const isSealed = library.sealed === 1 || (asked?._tag === "Left" && asked.left.type === "Sealed")
      const isUnread = asked?._tag === "Left" && !isSealed
      const proof = library.sealed === 1 ? undefined : yield* proofOf(id)
      const told: LibraryWeek = {
        name: plainText(name, 100),
        host: plainText(found?.device ?? id, 100),
        songs: found?.songs ?? 0,
        // Nobody knows its backups when it cannot be read: that is one problem and not two.
        sealed: isSealed || isUnread,
        backups: found?.backups ?? 0,
        newBytes: found?.newBytes ?? 0,
        newest: found?.newest && { number: found.newest.number, time: new Date(found.newest.time) },
        changed: found?.changed ?? 0,
        places: [
          {
            name: "this server",
            last: arrived_at === 0 ? undefined : new Date(arrived_at),
            proven: proof?.ok === 1 ? new Date(proof.ended_at) : undefined,
            late
          }
        ],
        problems: [
          ...(yield* problemsOf(here, library)),
          ...(isUnread ? ["what was pushed cannot be read now: its proof of the night says more"] : [])
        ]
      }
      return [told]
    })

const messageOf = (
  group: string,
  weeks: ReadonlyArray<LibraryWeek>,
  subject: string,
  { from, until }: DigestOptions,
  server: string
) => ({
  ...{ version: 1, activity: "digest", server, group, subject },
  ...{ time: until.toISOString(), from: from.toISOString(), until: until.toISOString() },
  libraries: weeks.map(({ places, newest, ...each }) => ({
    ...each,
    newest: newest === undefined ? null : { number: newest.number, time: newest.time.toISOString() },
    ...{ last: places[0]?.last?.toISOString() ?? null, late: places[0]?.late === true }
  }))
})

const nameOf = (group: string): string => (group === "" ? "" : `${group}: `)

/** Sends the digest of a group in one way, and keeps what came of it. On record before it is sent. */
const send = (
  here: Here,
  outlets: Outlets,
  settings: LookedAfter,
  group: GroupCare,
  channel: Channel,
  { dueAt, from }: { readonly dueAt: number; readonly from: number }
) =>
  Effect.gen(function* () {
    const until = yield* Clock.currentTimeMillis
    const begin = Math.min(from, until)
    const libraries = yield* librariesOfGroup(group.name)
    const weeks = (yield* Effect.forEach(libraries, (library) =>
      weekOf(here, library, settings, group.pausedUntil)(begin)
    )).flat()
    if (weeks.length === 0 || !(yield* beginDigest(group.name, channel, dueAt))) return
    const options = { from: new Date(begin), until: new Date(until), zone: settings.zone }
    const lasting = (yield* listAlerts).filter(({ library }) => library === "")
    const advice = [
      ...lasting.map(lastingLine),
      `These libraries are kept on ${here.url()}.`,
      "Quiet for a while on purpose, as in holidays: whiteroom server pause GROUP --until DATE."
    ]
    const letter = digestLetter(weeks, { ...options, advice })
    const subject = `${nameOf(group.name)}${letter.subject}`
    const about = `digest ${here.url()} ${group.name} ${dueAt}`
    const mail = mailTo(here.data, settings, group.to)
    const told =
      channel === "webhook"
        ? callWebhook(outlets, here.data, messageOf(group.name, weeks, subject, options, here.url()))
        : mail === undefined
          ? Effect.fail(new OutsideFailed("nobody is named"))
          : outlets.mail(mail, { ...letter, subject, about })
    const sent = yield* Effect.either(told)
    const outcome = sent._tag === "Left" ? "failed" : "done"
    const detail = sent._tag === "Left" ? plainText(sent.left.message, 1000) : ""
    yield* endDigest(group.name, channel, dueAt, { outcome, detail })
    here.log({
      ...{ time: new Date(until).toISOString(), level: outcome === "done" ? "info" : "error" },
      ...{ event: "digest", group: group.name, channel, libraries: weeks.length },
      ...(outcome === "failed" && { fault: detail })
    })
  })

/**
 * Sends the digests that are due: of each group one, by mail and to the webhook. What is due is asked of the clock and of what is on
 * record. A server that is killed while it sends one costs that digest rather than sending it twice.
 */
export const sendDigests = (here: Here, outlets: Outlets) =>
  Effect.gen(function* () {
    const settings = yield* readLookedAfter
    const channels: ReadonlyArray<Channel> = [
      ...(settings.mail === null ? [] : (["mail"] as const)),
      ...(settings.webhook === null ? [] : (["webhook"] as const))
    ]
    if (channels.length === 0) return
    for (const group of yield* listGroups)
      for (const channel of group.libraries === 0 ? [] : channels) {
        const now = yield* Clock.currentTimeMillis
        const due = dueOf(settings, group, yield* digestsOf(group.name, channel), now)
        if (due !== undefined) yield* send(here, outlets, settings, group, channel, due)
      }
  })
