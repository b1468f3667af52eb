import { copyFaultText } from "@white-room/core"
import type { Concern } from "@white-room/core/output"
import { limitText } from "../library/limitText.js"
import { placeName } from "../schedule/ScheduleView.js"
import { count } from "../terminal/Text.js"
import { ago, dayTime } from "../terminal/Time.js"
import { differenceText } from "../vault/differenceText.js"

const where = (place: string): string => (place === "" ? "" : ` in ${place}`)

/** The names that are told, and how many more there are. */
const namesOf = ({ names, count: all }: { readonly names: ReadonlyArray<string>; readonly count: number }) =>
  `${names.join(", ")}${all > names.length ? ` and ${count(all - names.length, "more", "more")}` : ""}`

const timesOf = (now: Date) => ({
  since: (time: string) => ago(new Date(time), now),
  at: (time: string) => dayTime(new Date(time), now)
})

/** What there is to worry about, in whole sentences. */
export const concernText = (concern: Concern, now: Date): string => {
  const { since, at } = timesOf(now)
  switch (concern.code) {
    case "NoLibrary":
      return "There is no library yet."
    case "NoBackup":
      return "There is no backup yet."
    case "BackupOld":
      return `${count(concern.changed, "change")} in no backup.`
    case "NoCopy":
      return copyFaultText({ why: "none", places: [] })
    case "CopiesAway":
      return copyFaultText({ why: "unreachable", places: concern.places })
    case "CopiesOnSameDisk":
      return copyFaultText({ why: "sameDisk", places: [] })
    case "CopiesOld":
      return `If this disk is lost, ${count(concern.changed, "change")} would be lost: the newest copy is out of date.`
    case "PlaceEmptied":
      return `What was sent to ${concern.place} is not there any more: somebody emptied it or took it back to an earlier state.`
    case "PlaceRolledBack":
      return `${concern.place} had lost what was sent there, ${since(concern.at)}: somebody rolled it back or emptied it. All of it was sent again.`
    case "NoRecoveryKit":
      return `${concern.place} has no recovery kit: without this computer only its passphrase opens it.`
    case "DeviceDiffers":
      return `${differenceText(concern)} (in ${concern.place}).`
    case "RestoreWaits": {
      const what = namesOf(concern)
      return concern.agreed
        ? `${concern.from} brings back ${what} as soon as White Room is closed.`
        : `${concern.from} wants to bring back ${what}, and waits for your answer.`
    }
    case "RestoreOverwritten":
      return `An open app saved its old copy of ${namesOf(concern)} over the restore of ${concern.source}. Quit it, then restore again.`
    case "ProfileLate":
      return `No good run of ${concern.profile}${where(concern.place)} for too long: ${concern.lastGood === null ? "there was none yet" : `the last was ${since(concern.lastGood)}`}.`
    case "ProfileUnreadable":
      return `The profile ${concern.profile} cannot be read and is not run: ${concern.reason}.`
    case "ScheduleLate":
      return `A backup is due since ${at(concern.since)}, and none came: nothing seems to take them by itself.`
    case "ScheduleIdle":
      return "Nothing takes backups by itself yet, although the schedule asks for it."
    case "DrillFailed":
      return `The last drill could not restore everything from ${placeName(concern.place)}: ${concern.detail ?? "no reason is known"}.`
    case "Damage":
      return "The last check found damage."
    case "TablesUnknown":
      return `Not protected, because White Room Backup does not know them: the tables ${concern.tables.join(", ")}.`
    case "RowsWithoutId":
      return `Not protected, because they have no id: ${count(concern.rows, "row")} of ${concern.table}.`
    case "RowsOfApp":
      return limitText(concern)
    case "OldBackupUnreadable":
      return `Not protected, because it cannot be read: the app's own ${concern.what} (${concern.reason})${concern.more === 0 ? "" : `, and ${count(concern.more, "more", "more")}`}.`
    case "DamagedThere":
      return `Damaged or missing here: ${concern.what}.`
    case "NotProven":
      return "The last proof could not bring everything back."
  }
}
