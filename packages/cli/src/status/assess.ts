/** Am I safe? What `status` says of a library, decided from its figures. Pure. */

import type { BackupInfo } from "@white-room/core"
import { hour, shellWord } from "@white-room/core"
import type { CheckRecord, LibraryStatus, StaleReturn } from "@white-room/store"
import { limitText } from "../library/limitText.js"
import { patience, placeName, type ScheduleView, wantedProfiles } from "../schedule/ScheduleView.js"
import { count, nameList } from "../terminal/Text.js"
import { ago, dayTime } from "../terminal/Time.js"
import { differenceText } from "../vault/differenceText.js"
import {
  emptiedWarnings,
  isElsewhere,
  placeWarnings,
  rollbackWarnings,
  type VaultPlace,
  type VaultPlaceFacts,
  type Warning
} from "./PlaceWarnings.js"

export interface Facts {
  readonly status: LibraryStatus
  readonly vaults: ReadonlyArray<VaultPlaceFacts>
  /** What an open app put back to before the newest restore. */
  readonly staleReturn?: StaleReturn | undefined
  readonly schedule: ScheduleView
  /** Whether the system starts the daemon; `undefined` where that cannot be told. */
  readonly isInstalled?: boolean | undefined
  readonly backupIntervalHours: number
  readonly now: Date
}

export interface Assessment {
  readonly protected: boolean
  readonly here:
    | {
        readonly backup: BackupInfo
        readonly changed: number
        readonly stale: boolean
        readonly checked: boolean
      }
    | undefined
  readonly vaults: ReadonlyArray<VaultPlace>
  readonly warnings: ReadonlyArray<Warning>
}

/** Something changed that it does not have, and it is older than the person wants backups to be. */
const isStale = (time: Date, changed: number, { backupIntervalHours, now }: Facts): boolean =>
  changed !== 0 && now.getTime() - time.getTime() > backupIntervalHours * hour

const hereWarnings = (here: Assessment["here"]): ReadonlyArray<Warning> => {
  if (here === undefined) return [{ text: "There is no backup yet.", command: "whiteroom backup" }]
  return here.stale
    ? [{ text: `${count(here.changed, "change")} in no backup.`, command: "whiteroom backup" }]
    : []
}

const differenceWarnings = ({ vaults }: Facts): ReadonlyArray<Warning> =>
  vaults.flatMap(({ name, differing = [] }) =>
    differing.map((each) => ({
      text: `${differenceText(each)} (in ${name}).`,
      command: `whiteroom pull ${shellWord(name)}`
    }))
  )

/** What others sent back, and what it waits for. */
const askingWarnings = ({ vaults }: Facts): ReadonlyArray<Warning> =>
  vaults.flatMap(({ asking = [] }) =>
    asking.map(({ from, names, count: all, agreed }) => {
      const what = `${names.slice(0, 2).join(", ")}${all > 2 ? ` and ${all - 2} more` : ""}`
      return agreed
        ? {
            text: `${from} brings back ${what} as soon as White Room is closed.`,
            command: "whiteroom daemon"
          }
        : {
            text: `${from} wants to bring back ${what}, and waits for your answer.`,
            command: "whiteroom inbox"
          }
    })
  )

const kitWarnings = ({ vaults }: Facts): ReadonlyArray<Warning> =>
  vaults.flatMap(({ name, lacksKit }) =>
    lacksKit === true
      ? [
          {
            text: `${name} has no recovery kit: without this computer only its passphrase opens it.`,
            command: `whiteroom key export ${shellWord(name)} kit.html`
          }
        ]
      : []
  )

const checkWarnings = (checks: ReadonlyArray<CheckRecord | undefined>): ReadonlyArray<Warning> =>
  checks.some((check) => check !== undefined && !check.ok)
    ? [{ text: "The last check found damage.", command: "whiteroom check --full" }]
    : []

const tableWarnings = (tables: ReadonlyArray<string>): ReadonlyArray<Warning> =>
  tables.length === 0
    ? []
    : [
        {
          text: `Not protected, because White Room Backup does not know them: the tables ${tables.join(", ")}.`,
          command: ""
        }
      ]

/** Saving them in the app under a name of their own is all that helps. */
const namelessWarnings = (nameless: LibraryStatus["namelessRows"]): ReadonlyArray<Warning> =>
  nameless.map(({ table, rows }) => ({
    text: `Not protected, because they have no id: ${count(rows, "row")} of ${table}.`,
    command: ""
  }))

/** `export` gives them to the app. */
const limitWarnings = (limits: LibraryStatus["limits"]): ReadonlyArray<Warning> =>
  limits.map((limit) => ({ text: limitText(limit), command: "whiteroom help export" }))

/** They stay in the app's own table, byte for byte: the app may still be able to read them. */
const oldBackupWarnings = ({ setAside }: LibraryStatus["oldBackups"]): ReadonlyArray<Warning> => {
  const [first] = setAside
  if (first === undefined) return []
  const more = setAside.length > 1 ? `, and ${(setAside.length - 1).toLocaleString("en-US")} more` : ""
  return [
    {
      text: `Not protected, because it cannot be read: the app's own ${first.what} (${first.reason})${more}.`,
      command: ""
    }
  ]
}

/** An app that was open during a restore saved its old copy: what was restored is gone from the library again. */
const returnWarnings = (stale: StaleReturn | undefined): ReadonlyArray<Warning> => {
  if (stale === undefined) return []
  const { source, entities } = stale
  const names = nameList(
    entities.map(({ name, id }) => name || id),
    4
  )
  const selected = entities.map(({ kind, id }) =>
    kind === "preferences" ? "--preferences" : `--${kind} ${id}`
  )
  return [
    {
      text: `An open app saved its old copy of ${names} over the restore of ${source}. Quit it, then restore again.`,
      command: `whiteroom restore ${source} ${[...new Set(selected)].join(" ")}`
    }
  ]
}

const where = (place: string): string => (place === "" ? "" : ` in ${place}`)

/** Backups that should have come by themselves and did not. */
const staleWarnings = ({ schedule, now }: Facts): ReadonlyArray<Warning> =>
  wantedProfiles(schedule).flatMap(({ profile, places }) =>
    places
      .filter(({ stale }) => stale)
      .map(({ place, lastGood }) => ({
        text: `No good run of ${profile.name}${where(place)} for too long: ${lastGood ? `the last was ${ago(lastGood.startedAt, now)}` : "there was none yet"}.`,
        command: place === "" ? "whiteroom daemon status" : `whiteroom schedule run ${profile.name}`
      }))
  )

const drillWarnings = ({ schedule }: Facts): ReadonlyArray<Warning> =>
  wantedProfiles(schedule).flatMap(({ places }) =>
    places
      .filter(({ lastDrill }) => lastDrill?.outcome === "failed")
      .map(({ place, lastDrill }) => ({
        text: `The last drill could not restore everything from ${placeName(place)}: ${lastDrill?.detail ?? "no reason is known"}.`,
        command: "whiteroom check --full"
      }))
  )

const scheduleWarnings = (facts: Facts): ReadonlyArray<Warning> => {
  const { schedule, now } = facts
  const late = Math.max(0, ...wantedProfiles(schedule).map((view) => view.late))
  const since = new Date(now.getTime() - late)
  const overdue =
    late > patience && staleWarnings(facts).length === 0
      ? [
          {
            text: `A backup is due since ${dayTime(since, now)}, and none came: nothing seems to take them by itself.`,
            command: "whiteroom daemon status"
          }
        ]
      : []
  const wanted = wantedProfiles(schedule)
  const isIdle = facts.isInstalled === false && wanted.every(({ state }) => state.runs.length === 0)
  const idle =
    isIdle && wanted.length > 0 && overdue.length === 0
      ? [
          {
            text: "Nothing takes backups by itself yet, although the schedule asks for it.",
            command: "whiteroom daemon install"
          }
        ]
      : []
  const unreadable = schedule.unreadable.map(({ name, reason }) => ({
    text: `The profile ${name} cannot be read and is not run: ${reason}.`,
    command: `whiteroom schedule remove ${name}`
  }))
  return [...overdue, ...idle, ...unreadable]
}

/** Protected: a backup and a reachable copy on another disk, none out of date, nothing promised that did not happen, no damage known. */
export const assess = (facts: Facts): Assessment => {
  const { status } = facts
  const { latestBackup: backup, lastCheck, lastFullCheck } = status
  const damaged = checkWarnings([lastCheck, lastFullCheck])
  const here = backup && {
    backup,
    changed: status.changedSinceBackup,
    stale: isStale(backup.timestamp, status.changedSinceBackup, facts),
    checked: damaged.length === 0 && (lastCheck?.position ?? -1) >= backup.position
  }
  const vaults = facts.vaults.map((vault) => ({
    ...vault,
    stale: isStale(vault.pushedAt ?? new Date(0), vault.changed, facts)
  }))
  const missed = [...drillWarnings(facts), ...staleWarnings(facts)]
  const safe =
    here !== undefined &&
    !here.stale &&
    vaults.some((vault) => vault.present && !vault.stale && isElsewhere(vault))
  return {
    protected: safe && damaged.length === 0 && missed.length === 0,
    here,
    vaults,
    warnings: [
      ...damaged,
      ...emptiedWarnings(vaults),
      ...rollbackWarnings(facts),
      ...returnWarnings(facts.staleReturn),
      ...missed,
      ...scheduleWarnings(facts),
      ...hereWarnings(here),
      ...placeWarnings(vaults),
      ...askingWarnings(facts),
      ...differenceWarnings(facts),
      ...kitWarnings(facts),
      ...tableWarnings(status.unprotectedTables),
      ...namelessWarnings(status.namelessRows),
      ...limitWarnings(status.limits),
      ...oldBackupWarnings(status.oldBackups)
    ]
  }
}
