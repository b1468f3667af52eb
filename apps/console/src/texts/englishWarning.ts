import type { Concern } from "@white-room/core/output"
import type { Say } from "./Say.js"

const changes = (count: number): string => (count === 1 ? "1 change" : `${count} changes`)

const done = { insert: "added", update: "changed in all columns", delete: "deleted" } as const

const things = ({ songs, performances, preferences }: Extract<Concern, { code: "DeviceDiffers" }>) =>
  [
    songs > 0 && `${songs} ${songs === 1 ? "song" : "songs"}`,
    performances > 0 && `${performances} ${performances === 1 ? "performance" : "performances"}`,
    preferences > 0 && "settings"
  ].filter((text) => text !== false)

const more = (names: ReadonlyArray<string>, count: number, say: Say): string =>
  say.list(count > names.length ? [...names, `${count - names.length} more`] : names)

/** What there is to worry about, and where it helps what to do. What a later library may tell of besides is not known here. */
export const englishWarning = (of: Concern, say: Say): string => {
  switch (of.code) {
    case "NoLibrary":
      return "There is no library yet."
    case "NoBackup":
      return "There is no backup yet."
    case "BackupOld":
      return of.changed === 1 ? "1 change is in no backup." : `${of.changed} changes are in no backup.`
    case "NoCopy":
      return "No copy outside this disk: if it is lost, everything is lost."
    case "CopiesAway":
      return `No copy can be reached: ${say.list(of.places)}.`
    case "CopiesOnSameDisk":
      return "The only copies lie on the same disk as the library, and would be lost with it."
    case "CopiesOld":
      return `If this disk is lost, ${changes(of.changed)} would be lost: the newest copy is out of date.`
    case "PlaceEmptied":
      return `What was sent to ${of.place} is not there any more: somebody emptied it or took it back to an earlier state.`
    case "PlaceRolledBack":
      return `${of.place} had lost what was sent there, ${say.ago(of.at)}: somebody rolled it back or emptied it. All of it was sent again.`
    case "NoRecoveryKit":
      return `${of.place} has no recovery kit: without this computer only its passphrase opens it.`
    case "DeviceDiffers": {
      const what = things(of)
      return `${of.device} and this library differ: ${what.length === 0 ? "backups only" : say.list(what)} (in ${of.place}).`
    }
    case "RestoreWaits":
      return of.agreed
        ? `${of.from} brings back ${more(of.names, of.count, say)} as soon as White Room is closed.`
        : `${of.from} wants to bring back ${more(of.names, of.count, say)}, and waits for your answer.`
    case "RestoreOverwritten":
      return `An open app saved its old copy of ${more(of.names, of.count, say)} over what was brought back. Quit it, then bring it back again.`
    case "ProfileLate":
      return `${of.profile === "default" ? "The usual backup" : `The backup “${of.profile}”`}${of.place === "" ? "" : ` to ${of.place}`} has not worked for too long: ${of.lastGood === null ? "it never did yet" : `the last one was ${say.ago(of.lastGood)}`}.`
    case "ProfileUnreadable":
      return `The schedule “${of.profile}” cannot be read and is not followed: ${of.reason}.`
    case "ScheduleLate":
      return `A backup is due since ${say.at(of.since)}, and none came: nothing seems to take them by itself.`
    case "ScheduleIdle":
      return "Nothing takes backups by itself yet, although the schedule asks for it."
    case "DrillFailed":
      return `The last restore for practice could not bring everything back from ${of.place === "" ? "here" : of.place}: ${of.detail ?? "no reason is known"}.`
    case "Damage":
      return "The last check found damage."
    case "DamagedThere":
      return `Damaged or missing on the server: ${of.what}.`
    case "NotProven":
      return "The last restore for practice could not bring everything back."
    case "TablesUnknown":
      return `Not protected, because White Room Backup does not know them: the tables ${say.list(of.tables)}.`
    case "RowsWithoutId":
      return `Not protected, because they have no id: ${of.rows} ${of.rows === 1 ? "row" : "rows"} of ${of.table}.`
    case "RowsOfApp":
      return `Rows of ${of.table} are protected, but cannot be ${of.cannot.map((verb) => done[verb]).join(" or ")} here, not by bringing them back either: only the app has ${of.needs}${of.parts.length === 0 ? "" : `, which its ${of.parts.join(", ")} needs`}.`
    case "OldBackupUnreadable":
      return `Not protected, because it cannot be read: the app's own ${of.what} (${of.reason})${of.more === 0 ? "" : `, and ${of.more} more`}.`
  }
}
