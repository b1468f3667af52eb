/**
 * The weekly letter: what was backed up and what was not, where it is, what went wrong. It is due by a rule of the profile's
 * mail, as a run is; that it was sent is a run on record, with the activity `digest` and its readers as the place, so a
 * restart, and another process, does not send it again.
 */
import { hostname } from "node:os"
import { copyFault, copyFaultText, day, hour, type Lease, type WhiteRoomError } from "@white-room/core"
import type { Library, ScheduledRun } from "@white-room/store"
import {
  type DiskOf,
  type KnownVault,
  knownDestination,
  type Standing,
  standingOf,
  vaultRecords
} from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { dueRun } from "./calendar/Due.js"
import { parseRule } from "./calendar/parseRule.js"
import { digestLetter, type LibraryWeek, type PlaceWeek } from "./digestLetter.js"
import type { Mail } from "./Mail.js"
import { Outside } from "./Outside.js"
import {
  here,
  inPlace,
  nameOfLibrary,
  type Place,
  placeInWords,
  placeOf,
  placesOf,
  storedPlace
} from "./Place.js"
import { type Profile, zoneOfProfile } from "./Profile.js"
import { activityAt, lastGood, type ProfileState } from "./ProfileState.js"
import { loadStates, unreadableProfiles } from "./Profiles.js"
import { plainText } from "./plainText.js"
import { leaseTime, underLease } from "./RunnerLease.js"
import { stalePlaces } from "./Stale.js"
import type { Letter } from "./sendMail.js"
import { isWaiting } from "./Work.js"

/** A digest that was sent just now, or could not be. */
export interface SentDigest {
  readonly profile: string
  readonly to: ReadonlyArray<string>
  readonly outcome: "done" | "failed"
  /** Why nobody got it, or who of them did not. */
  readonly warnings: ReadonlyArray<string>
}

const week = 7 * day
/** When nobody could be reached. */
const retry = hour

const latest = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

/** When the library itself, and each vault by its name, last got something, whoever sent it. */
const arrivals = (vaults: ReadonlyArray<KnownVault>, newest: Date | undefined) =>
  new Map([
    [storedPlace(here), newest],
    ...vaults.map(({ name, pushedAt }) => [name, pushedAt === 0 ? undefined : new Date(pushedAt)] as const)
  ])

/** A vault, and how it stands now. */
interface Seen {
  readonly known: KnownVault
  readonly standing: Standing
}

/** What is to be said of a vault beside when it got something. */
const noteOf = ({ known, standing: { state, sameDisk, synced } }: Seen): string | undefined => {
  if (state === "emptied") return "what was sent there is not there any more"
  if (state === "away") return known.pushed.position === 0 ? undefined : "not there now"
  if (synced !== undefined) return synced.isThere ? undefined : `handed to ${synced.service}`
  return sameDisk ? "on the disk of the library" : undefined
}

/** What is wrong with where the copies are, in the words of `status`. */
const copyProblems = (seen: ReadonlyArray<Seen>): ReadonlyArray<string> => {
  const fault = copyFault(
    seen.map(({ known: { name, pushed }, standing: { state, isElsewhere } }) => ({
      ...{ name, present: state === "there", isElsewhere },
      holds: pushed.position > 0 && state !== "emptied"
    }))
  )
  const emptied = seen.filter(({ standing }) => standing.state === "emptied")
  return [
    ...(fault === undefined ? [] : [copyFaultText(fault).replace(/\.$/, "")]),
    ...emptied.map(({ known }) => `What was sent to ${known.name} is not there any more`)
  ]
}

/** Every place of all profiles and every vault, each once: a profile may name a vault by the folder that it lies in. */
const placesOfAll = (
  states: ReadonlyArray<ProfileState>,
  seen: ReadonlyArray<Seen>,
  newest: Date | undefined,
  now: number
): ReadonlyArray<PlaceWeek> => {
  const vaults = seen.map(({ known }) => known)
  const notes = new Map(seen.map((each) => [each.known.name, noteOf(each)]))
  const nameOf = (place: Place) => (place._tag === "Here" ? "this computer" : placeInWords(place))
  const found = new Map(
    Array.from(arrivals(vaults, newest), ([stored, last]): [string, PlaceWeek] => [
      stored,
      { name: nameOf(placeOf(stored)), last, late: false, note: notes.get(stored) }
    ])
  )
  for (const state of states) {
    const late = new Set(stalePlaces(state, now).map(({ place }) => storedPlace(place)))
    for (const place of placesOf(state.profile)) {
      const stored = storedPlace(place)
      const name = place._tag === "Here" ? stored : (knownDestination(vaults, stored)?.name ?? stored)
      const before = found.get(name)
      found.set(name, {
        note: before?.note,
        name: before?.name ?? nameOf(place),
        last: latest(before?.last, lastGood(state, activityAt(place), place)?.startedAt),
        proven: latest(before?.proven, lastGood(state, "drill", place)?.startedAt),
        late: before?.late === true || late.has(stored)
      })
    }
  }
  return [...found.values()]
}

const ofOurs: ReadonlySet<string> = new Set(["backup", "copy", "drill"])

/** What failed, each kind of it once, with why it failed last. */
const problemsIn = (failed: ReadonlyArray<ScheduledRun>, from: number): ReadonlyArray<string> => {
  const kinds = new Map<string, { readonly count: number; readonly detail: string }>()
  for (const run of failed) {
    if (run.startedAt.getTime() < from || !ofOurs.has(run.activity) || isWaiting(run)) continue
    const kind = `${run.profile}: ${run.activity}${inPlace("to", placeOf(run.place))}`
    const { count, detail } = kinds.get(kind) ?? { count: 0, detail: run.detail ?? "" }
    kinds.set(kind, { count: count + 1, detail })
  }
  return [...kinds].map(
    ([kind, { count, detail }]) =>
      `${kind} failed${count === 1 ? "" : ` ${count} times`}: ${plainText(detail, 300).replace(/\.$/, "")}`
  )
}

/** What there is to tell of a library, from a moment on until now. `disk`: which disk a file lies on. */
export const libraryWeek = (
  library: Library,
  from: number,
  disk?: DiskOf
): Effect.Effect<LibraryWeek, WhiteRoomError> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { songs, latestBackup, changedSinceBackup } = yield* library.upkeep.status
    const taken = (yield* library.backups.list()).filter(({ timestamp }) => timestamp.getTime() >= from)
    const failed = yield* library.schedule.runs({ outcome: "failed", limit: 1000 })
    const unreadable = yield* unreadableProfiles(library)
    const seen = yield* Effect.forEach(yield* vaultRecords(library).all, (known) =>
      Effect.map(
        standingOf(known, { library: library.path, now: new Date(now), disk }),
        (standing): Seen => ({ known, standing })
      )
    )
    const places = placesOfAll(yield* loadStates(library), seen, latestBackup?.timestamp, now)
    return {
      name: nameOfLibrary(library.path),
      host: hostname(),
      songs,
      backups: taken.length,
      newBytes: taken.reduce((sum, { newBytes }) => sum + newBytes, 0),
      newest: latestBackup && { number: latestBackup.number, time: latestBackup.timestamp },
      changed: changedSinceBackup,
      places,
      problems: [
        ...copyProblems(seen),
        ...problemsIn(failed, from),
        ...unreadable.map(({ name }) => `the profile ${plainText(name, 100)} cannot be read, and is not run`)
      ]
    }
  })

/**
 * The week of a library as a letter, until now; from then on, or from seven days ago. `disk` says which disk a file lies on;
 * by itself the system is asked.
 */
export const digestOf = (
  library: Library,
  {
    zone,
    from,
    disk
  }: { readonly zone: string; readonly from?: number | undefined; readonly disk?: DiskOf | undefined }
): Effect.Effect<Omit<Letter, "about">, WhiteRoomError> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const begin = from === undefined || from > now ? now - week : from
    const told = yield* libraryWeek(library, begin, disk)
    const advice = [
      "How it stands now: whiteroom status. One song back: whiteroom rescue.",
      "When this letter comes, and whether: whiteroom schedule edit, --digest."
    ]
    return digestLetter([told], { from: new Date(begin), until: new Date(now), zone, advice })
  })

interface Wanted {
  readonly profile: Profile
  readonly mail: Mail
  /** Who gets it: however many profiles say so, they get one. */
  readonly readers: string
  readonly changedAt: number
}

const wantedDigests = (states: ReadonlyArray<ProfileState>): ReadonlyArray<Wanted> => {
  const wanted = new Map<string, Wanted>()
  for (const { profile, changedAt } of states) {
    const { mail, enabled } = profile
    if (mail === undefined || mail.digest === "off" || !enabled) continue
    const readers = [...mail.to].sort().join(", ")
    if (!wanted.has(readers)) wanted.set(readers, { profile, mail, readers, changedAt })
  }
  return [...wanted.values()]
}

interface DueDigest extends Wanted {
  readonly dueAt: number
  /** When the last one was sent. */
  readonly from: number | undefined
}

/** The digest of some readers, if it is due. One that was begun and never ended was sent, as far as anybody knows. */
const dueOf = (library: Library, wanted: Wanted) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { profile, mail, readers, changedAt } = wanted
    const runs = yield* library.schedule.runs({ activity: "digest", place: readers, limit: 200 })
    const [newest] = runs
    const last = runs.find(({ outcome }) => outcome !== "failed")
    const timing = {
      rules: [parseRule(mail.digest)],
      zone: zoneOfProfile(profile),
      quiet: [],
      catchUp: "once"
    } as const
    const served = last && { dueAt: last.dueAt.getTime(), startedAt: last.startedAt.getTime() }
    const due = dueRun(timing, { since: changedAt, last: served }, now)
    const age = newest?.outcome === "failed" ? now - newest.startedAt.getTime() : undefined
    if (due === undefined || (age !== undefined && age >= 0 && age < retry)) return []
    return [{ ...wanted, dueAt: due.dueAt, from: served?.startedAt }]
  })

const digestsDue = (library: Library): Effect.Effect<ReadonlyArray<DueDigest>, WhiteRoomError> =>
  Effect.gen(function* () {
    const wanted = wantedDigests(yield* loadStates(library))
    return (yield* Effect.forEach(wanted, (each) => dueOf(library, each))).flat()
  })

const send = (library: Library, lease: Lease, { profile, mail, readers, dueAt, from }: DueDigest) =>
  Effect.gen(function* () {
    const outside = yield* Outside
    const letter = yield* digestOf(library, { zone: zoneOfProfile(profile), from })
    yield* library.schedule.renewLease(lease, leaseTime)
    const run = yield* library.schedule.beginRun(
      { profile: profile.name, activity: "digest", place: readers, dueAt: new Date(dueAt) },
      lease
    )
    const about = `digest ${library.path} ${readers} ${dueAt}`
    const sent = yield* Effect.either(outside.mail(mail, { ...letter, about }))
    const warnings =
      sent._tag === "Left" ? [sent.left.message] : sent.right.map((address) => `${address} was not taken`)
    const outcome = sent._tag === "Left" ? "failed" : "done"
    const detail = warnings.length === 0 ? undefined : plainText(warnings.join("; "), 1000)
    yield* library.schedule.endRun(run.number, { outcome, detail }, lease)
    return { profile: profile.name, to: mail.to, outcome, warnings } satisfies SentDigest
  })

/**
 * Sends the digests that are due, each once for all of its readers. It is on record before it is sent: a crash in between costs
 * a digest rather than sending it twice. One that nobody took is sent again after an hour.
 */
export const sendDigests = (
  library: Library,
  holder: string
): Effect.Effect<ReadonlyArray<SentDigest>, WhiteRoomError, Outside> =>
  Effect.gen(function* () {
    if ((yield* digestsDue(library)).length === 0) return []
    const sent = yield* underLease(library, holder, (lease) =>
      // Asked again under the lease: another process may have sent it meanwhile.
      Effect.flatMap(digestsDue(library), (due) => Effect.forEach(due, (each) => send(library, lease, each)))
    )
    return "heldBy" in sent ? [] : sent
  })
