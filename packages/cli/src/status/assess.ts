/** Am I safe? What `status` says of a library, decided from its figures. Pure. */

import type { BackupInfo } from "@white-room/core"
import { hour, shellWord } from "@white-room/core"
import type { CheckRecord, LibraryStatus, StaleReturn } from "@white-room/store"
import { patience, type ScheduleView, wantedProfiles } from "../schedule/ScheduleView.js"
import { concernText } from "./concernText.js"
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
  readonly warnings: ReadonlyArray<Warning & { readonly text: string }>
}

/** Something changed that it does not have, and it is older than the person wants backups to be. */
const isStale = (time: Date, changed: number, { backupIntervalHours, now }: Facts): boolean =>
  changed !== 0 && now.getTime() - time.getTime() > backupIntervalHours * hour

const hereWarnings = (here: Assessment["here"]): ReadonlyArray<Warning> => {
  if (here === undefined) return [{ concern: { code: "NoBackup" }, command: "whiteroom backup" }]
  return here.stale
    ? [{ concern: { code: "BackupOld", changed: here.changed }, command: "whiteroom backup" }]
    : []
}

const differenceWarnings = ({ vaults }: Facts): ReadonlyArray<Warning> =>
  vaults.flatMap(({ name, differing = [] }) =>
    differing.map(({ line: _, ...each }) => ({
      concern: { code: "DeviceDiffers", place: name, ...each },
      command: `whiteroom pull ${shellWord(name)}`
    }))
  )

/** What others sent back, and what it waits for. */
const askingWarnings = ({ vaults }: Facts): ReadonlyArray<Warning> =>
  vaults.flatMap(({ asking = [] }) =>
    asking.map(({ from, names, count, agreed }) => ({
      concern: { code: "RestoreWaits", from, names: names.slice(0, 2), count, agreed },
      command: agreed ? "whiteroom daemon" : "whiteroom inbox"
    }))
  )

const kitWarnings = ({ vaults }: Facts): ReadonlyArray<Warning> =>
  vaults.flatMap(({ name, lacksKit }) =>
    lacksKit === true
      ? [
          {
            concern: { code: "NoRecoveryKit", place: name },
            command: `whiteroom key export ${shellWord(name)} kit.html`
          }
        ]
      : []
  )

const checkWarnings = (checks: ReadonlyArray<CheckRecord | undefined>): ReadonlyArray<Warning> =>
  checks.some((check) => check !== undefined && !check.ok)
    ? [{ concern: { code: "Damage" }, command: "whiteroom check --full" }]
    : []

const tableWarnings = (tables: ReadonlyArray<string>): ReadonlyArray<Warning> =>
  tables.length === 0 ? [] : [{ concern: { code: "TablesUnknown", tables }, command: "" }]

/** Saving them in the app under a name of their own is all that helps. */
const namelessWarnings = (nameless: LibraryStatus["namelessRows"]): ReadonlyArray<Warning> =>
  nameless.map(({ table, rows }) => ({ concern: { code: "RowsWithoutId", table, rows }, command: "" }))

/** `export` gives them to the app. */
const limitWarnings = (limits: LibraryStatus["limits"]): ReadonlyArray<Warning> =>
  limits.map((limit) => ({ concern: { code: "RowsOfApp", ...limit }, command: "whiteroom help export" }))

/** They stay in the app's own table, byte for byte: the app may still be able to read them. */
const oldBackupWarnings = ({ setAside }: LibraryStatus["oldBackups"]): ReadonlyArray<Warning> => {
  const [first] = setAside
  if (first === undefined) return []
  const { what, reason } = first
  return [{ concern: { code: "OldBackupUnreadable", what, reason, more: setAside.length - 1 }, command: "" }]
}

/** An app that was open during a restore saved its old copy: what was restored is gone from the library again. */
const returnWarnings = (stale: StaleReturn | undefined): ReadonlyArray<Warning> => {
  if (stale === undefined) return []
  const { source, entities } = stale
  const names = entities.slice(0, 4).map(({ name, id }) => name || id)
  const selected = entities.map(({ kind, id }) =>
    kind === "preferences" ? "--preferences" : `--${kind} ${id}`
  )
  return [
    {
      concern: { code: "RestoreOverwritten", source, names, count: entities.length },
      command: `whiteroom restore ${source} ${[...new Set(selected)].join(" ")}`
    }
  ]
}

/** Backups that should have come by themselves and did not. */
const staleWarnings = ({ schedule }: Facts): ReadonlyArray<Warning> =>
  wantedProfiles(schedule).flatMap(({ profile, places }) =>
    places
      .filter(({ stale }) => stale)
      .map(({ place, lastGood }) => ({
        concern: {
          ...{ code: "ProfileLate", profile: profile.name, place },
          lastGood: lastGood?.startedAt.toISOString() ?? null
        },
        command: place === "" ? "whiteroom daemon status" : `whiteroom schedule run ${profile.name}`
      }))
  )

const drillWarnings = ({ schedule }: Facts): ReadonlyArray<Warning> =>
  wantedProfiles(schedule).flatMap(({ places }) =>
    places
      .filter(({ lastDrill }) => lastDrill?.outcome === "failed")
      .map(({ place, lastDrill }) => ({
        concern: { code: "DrillFailed", place, detail: lastDrill?.detail ?? null },
        command: "whiteroom check --full"
      }))
  )

const scheduleWarnings = (facts: Facts): ReadonlyArray<Warning> => {
  const { schedule, now } = facts
  const late = Math.max(0, ...wantedProfiles(schedule).map((view) => view.late))
  const since = new Date(now.getTime() - late)
  const overdue: ReadonlyArray<Warning> =
    late > patience && staleWarnings(facts).length === 0
      ? [
          {
            concern: { code: "ScheduleLate", since: since.toISOString() },
            command: "whiteroom daemon status"
          }
        ]
      : []
  const wanted = wantedProfiles(schedule)
  const isIdle = facts.isInstalled === false && wanted.every(({ state }) => state.runs.length === 0)
  const idle: ReadonlyArray<Warning> =
    isIdle && wanted.length > 0 && overdue.length === 0
      ? [{ concern: { code: "ScheduleIdle" }, command: "whiteroom daemon install" }]
      : []
  const unreadable = schedule.unreadable.map(
    ({ name, reason }): Warning => ({
      concern: { code: "ProfileUnreadable", profile: name, reason },
      command: `whiteroom schedule remove ${name}`
    })
  )
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
  const warnings: ReadonlyArray<Warning> = [
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
  return {
    protected: safe && damaged.length === 0 && missed.length === 0,
    here,
    vaults,
    warnings: warnings.map((warning) => ({ ...warning, text: concernText(warning.concern, facts.now) }))
  }
}
