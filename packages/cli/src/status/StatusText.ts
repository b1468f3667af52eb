/** The screen of `status`, and the same for scripts. */

import { type BackupInfo, day, formatBackupSize, formatCount } from "@white-room/core"
import type { CheckRecord, LibraryStatus } from "@white-room/store"
import * as Struct from "effect/Struct"
import { backupName } from "../backup/BackupText.js"
import { placeJson as profilePlaceJson } from "../schedule/ProfileJson.js"
import {
  lastGoodText,
  type PlaceView,
  type ProfileView,
  patience,
  placeName,
  wantedProfiles
} from "../schedule/ScheduleView.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import type { Paint } from "../terminal/Paint.js"
import { count, cutText, padText, textWidth } from "../terminal/Text.js"
import { ago, dayOf, dayTime } from "../terminal/Time.js"
import type { Assessment } from "./assess.js"
import type { Gathered } from "./gather.js"
import type { VaultPlace } from "./PlaceWarnings.js"

type StatusJson = Outputs["status"]

const checkJson = (check: CheckRecord | undefined): StatusJson["lastCheck"] =>
  check === undefined
    ? null
    : { ...Struct.pick(check, "level", "position", "ok"), checkedAt: check.checkedAt.toISOString() }

const vaultJson = (vault: VaultPlace): StatusJson["vaults"][number] => ({
  ...Struct.pick(vault, "name", "place", "position", "changed", "present", "sameDisk", "stale"),
  pushedAt: vault.pushedAt?.toISOString() ?? null,
  differing: vault.differing ?? [],
  lacksKit: vault.lacksKit === true,
  synced: vault.synced
})

/** The profile whose backup comes next. */
const nextOf = (profiles: ReadonlyArray<ProfileView>): ProfileView | undefined =>
  profiles
    .filter(({ next }) => next !== undefined)
    .toSorted((a, b) => (a.next?.at ?? 0) - (b.next?.at ?? 0))[0]

const nextJson = (profiles: ReadonlyArray<ProfileView>, now: Date): StatusJson["next"] => {
  const view = nextOf(profiles)
  return view?.next === undefined
    ? null
    : {
        at: new Date(view.next.at).toISOString(),
        profile: view.profile.name,
        overdueSince: view.late > patience ? new Date(now.getTime() - view.late).toISOString() : null
      }
}

export const statusJson = (gathered: Gathered, assessment: Assessment): StatusJson => {
  const { status, schedule, now } = gathered
  const profiles = wantedProfiles(schedule)
  const { here } = assessment
  return {
    protected: assessment.protected,
    library: {
      ...Struct.pick(status, "path", "readonly", "songs", "performances", "preferences"),
      ...Struct.pick(status, "backups", "bytes", "position")
    },
    here: here
      ? {
          ...Struct.pick(here.backup, "backupId", "number"),
          timestamp: here.backup.timestamp.toISOString(),
          ...Struct.pick(here, "changed", "stale", "checked")
        }
      : null,
    vaults: assessment.vaults.map(vaultJson),
    capture: {
      pending: status.pendingChanges,
      ...Struct.pick(status, "unprotectedTables", "limits", "namelessRows", "oldBackups")
    },
    next: nextJson(profiles, now),
    profiles: profiles.map(({ profile, places }) => ({
      name: profile.name,
      places: places.map(profilePlaceJson)
    })),
    lastCheck: checkJson(status.lastCheck),
    lastFullCheck: checkJson(status.lastFullCheck),
    warnings: assessment.warnings.map(({ text }) => text),
    concerns: assessment.warnings.map(({ concern }) => concern),
    commands: assessment.warnings.map(({ command }) => command)
  }
}

interface Line {
  readonly label: string
  readonly text: string
  /** A second column: what is not in it. */
  readonly more?: string
  readonly alarm?: boolean
}

const changedText = (changed: number | undefined): string =>
  changed === undefined
    ? "what changed since is not known"
    : changed === 0
      ? ""
      : `${formatCount(changed)} changed since`

const hereLine = ({ here }: Assessment, now: Date): Line => {
  if (here === undefined) return { label: "Here", text: "no backup yet", alarm: true }
  const parts = [
    backupName(here.backup),
    ago(here.backup.timestamp, now),
    ...(here.checked ? ["checked"] : [])
  ]
  return { label: "Here", text: parts.join(", "), more: changedText(here.changed), alarm: here.stale }
}

/** What a sync service was handed counts as there after an hour; only another machine could prove it. */
const pushedWords = ({ pushedAt, synced }: VaultPlace, now: Date): string => {
  if (pushedAt === undefined) return "nothing pushed from here yet"
  if (synced === undefined) return `pushed ${ago(pushedAt, now)}`
  return synced.isThere
    ? `${synced.service} has it, since ${dayTime(pushedAt, now)}; not proven from elsewhere`
    : `handed to ${synced.service} ${ago(pushedAt, now)}`
}

const vaultLine = (vault: VaultPlace, now: Date): Line => {
  const label = cutText(printable(vault.name), 32)
  const parts = [
    pushedWords(vault, now),
    ...(vault.sameDisk && vault.synced === undefined ? ["same disk"] : []),
    ...(vault.present || vault.position === 0 ? [] : [vault.emptied ? "not there any more" : "not there now"])
  ]
  return {
    label,
    text: parts.join(", "),
    more: changedText(vault.changed),
    alarm: vault.stale || !vault.present
  }
}

const captureLine = ({ pendingChanges, readonly }: LibraryStatus): Line => ({
  label: "App changes",
  text: readonly
    ? "the library cannot be written here"
    : pendingChanges === 0
      ? "watched"
      : "watched, with changes to be taken over"
})

const nextLine = (profiles: ReadonlyArray<ProfileView>, now: Date): Line => {
  const label = "Next backup"
  if (profiles.length === 0) return { label, text: "none by itself: whiteroom daemon install" }
  const view = nextOf(profiles)
  if (view?.next === undefined) return { label, text: "none: all profiles are paused", alarm: true }
  const { next, late, profile, held } = view
  if (held !== undefined) return { label, text: `waits: ${held} (${profile.name})` }
  const at = new Date(next.at)
  if (late > patience)
    return {
      label,
      text: `due since ${dayTime(new Date(now.getTime() - late), now)} (${profile.name})`,
      alarm: true
    }
  const text = next.at - now.getTime() < 60_000 ? "now" : `${dayTime(at, now)}, ${ago(at, now)}`
  return { label, text: `${text} (${profile.name})` }
}

const profileLine = ({ profile, places }: ProfileView, now: Date): Line => ({
  label: cutText(printable(profile.name), 32),
  text: `last good run ${printable(lastGoodText(places, now))}`,
  alarm: places.some(({ stale }) => stale)
})

/** When the songs of each place were last proven to come back. */
const provenLines = (profiles: ReadonlyArray<ProfileView>, now: Date): ReadonlyArray<Line> => {
  const drilled = profiles.filter(
    ({ profile, places }) => profile.drill !== undefined || places.some(({ lastDrill }) => lastDrill)
  )
  const tell = ({ place, lastProof, lastDrill }: PlaceView): string => {
    const state = lastProof ? ago(lastProof.startedAt, now) : "not yet"
    const failed =
      lastDrill !== undefined && lastDrill.outcome !== "done" ? `, then ${lastDrill.outcome}` : ""
    return `${placeName(place)} ${state}${failed}`
  }
  return drilled.map(({ places }) => ({
    label: "Restorable",
    text: printable(`proven ${places.map(tell).join("; ")}`),
    alarm: places.some(({ lastDrill }) => lastDrill?.outcome === "failed")
  }))
}

const checkLine = (check: CheckRecord | undefined, now: Date): Line => {
  if (check === undefined) return { label: "Full check", text: "never: whiteroom check --full" }
  return {
    label: "Full check",
    text: `${ago(check.checkedAt, now)}, ${check.ok ? "no damage" : "damage found"}`,
    alarm: !check.ok
  }
}

const monthMs = 30 * day

/** What backups added in the last 30 days, when they go back further than that. */
const growth = (backups: ReadonlyArray<BackupInfo>, now: Date): string => {
  const since = now.getTime() - monthMs
  const [oldest] = backups
  if (oldest === undefined || oldest.timestamp.getTime() > since) return ""
  const added = backups
    .filter(({ timestamp }) => timestamp.getTime() > since)
    .reduce((sum, { newBytes }) => sum + newBytes, 0)
  return ` (+${formatBackupSize(added)} a month)`
}

const keptLine = ({ backups, status, now }: Gathered): Line => {
  const [oldest] = backups
  const since = oldest === undefined ? "" : ` since ${dayOf(oldest.timestamp, now)}`
  return {
    label: "Kept",
    text: `${count(backups.length, "backup")}${since}, ${formatBackupSize(status.bytes)}${growth(backups, now)}`
  }
}

/** The screen. `!` marks what needs attention. */
export const statusScreen = (gathered: Gathered, assessment: Assessment, paint: Paint): string => {
  const { status, schedule, now } = gathered
  const profiles = wantedProfiles(schedule)
  const lines = [
    hereLine(assessment, now),
    ...assessment.vaults.map((vault) => vaultLine(vault, now)),
    captureLine(status),
    nextLine(profiles, now),
    ...profiles.map((view) => profileLine(view, now)),
    ...provenLines(profiles, now),
    checkLine(status.lastFullCheck, now),
    keptLine(gathered)
  ]
  const labelWidth = Math.max(...lines.map(({ label }) => textWidth(label))) + 2
  const textWidths = lines
    .filter(({ more = "", alarm }) => more !== "" || alarm === true)
    .map(({ text }) => textWidth(text))
  const textColumn = Math.max(22, ...textWidths)
  const body = lines.map(({ label, text, more = "", alarm }) => {
    const mark = alarm === true ? paint("yellow", "!") : " "
    const right = more === "" ? (alarm === true ? `  ${mark}` : "") : `  ${mark}  ${more}`
    const left = `${padText(label, labelWidth)}${right === "" ? text : padText(text, textColumn)}`
    return `${left}${right}`.trimEnd()
  })
  const [headline, colour] = assessment.protected
    ? (["PROTECTED", "green"] as const)
    : (["NOT FULLY PROTECTED", "yellow"] as const)
  const holds = `${count(status.songs, "song")}, ${count(status.performances, "performance")}`
  const warnings = assessment.warnings.map(({ text, command }) =>
    [
      `${paint("yellow", "!")} ${printable(text)}`,
      ...(command === "" ? [] : [`  ${paint("bold", command)}`])
    ].join("\n")
  )
  return [
    `${paint("bold", paint(colour, padText(headline, 31)))}${holds}`,
    "",
    ...body,
    ...(warnings.length > 0 ? ["", ...warnings] : [])
  ].join("\n")
}
