/**
 * The week of one library, or of many, as a letter: what was backed up, what was not, where it is kept, what went wrong. Pure,
 * so that the daemon of a computer and a server write the same one.
 */
import { formatBackupSize, formatBackupTimestamp, formatCount } from "@white-room/core"
import type { Letter } from "./sendMail.js"

/** How a place was in a week. */
export interface PlaceWeek {
  /** As people call it. */
  readonly name: string
  /** When something last came there; absent when nothing ever did. */
  readonly last?: Date | undefined
  /** When it was last proven that it can be restored from there. */
  readonly proven?: Date | undefined
  /** For longer than is allowed, nothing came there. */
  readonly late: boolean
  /** What else is to be said of it, such as that it lies on the library's own disk. */
  readonly note?: string | undefined
}

/** What there is to tell of a library. */
export interface LibraryWeek {
  readonly name: string
  /** The computer it lies on. */
  readonly host: string
  readonly songs: number
  /** Nobody here can say what is in it: its devices sealed it. */
  readonly sealed?: boolean | undefined
  /** Backups that were taken in the week, and the bytes that they added. */
  readonly backups: number
  readonly newBytes: number
  /** The newest backup of all: `b31`, and when it was taken. */
  readonly newest?: { readonly number: number; readonly time: Date } | undefined
  /** Songs and other things that were changed since the newest backup. */
  readonly changed: number
  readonly places: ReadonlyArray<PlaceWeek>
  /** What went wrong, each in a sentence without its full stop. */
  readonly problems: ReadonlyArray<string>
}

export interface DigestOptions {
  readonly from: Date
  readonly until: Date
  /** Whose clock the times are told by: an IANA name. */
  readonly zone: string
  /** What the reader can do about it: lines at the end. */
  readonly advice?: ReadonlyArray<string> | undefined
}

const count = (number: number, one: string, many = `${one}s`): string =>
  `${formatCount(number)} ${number === 1 ? one : many}`

/** Where nothing came for too long, or nothing at all of the backups that there are. */
const lacking = ({ places, newest }: LibraryWeek): ReadonlyArray<PlaceWeek> =>
  places.filter(({ late, last }) => late || (newest !== undefined && last === undefined))

const faultsOf = (week: LibraryWeek): number =>
  week.problems.length + lacking(week).length + (week.newest === undefined && week.sealed !== true ? 1 : 0)

const timeIn =
  (zone: string) =>
  (time: Date): string =>
    formatBackupTimestamp(time, { timeZone: zone }).slice(0, 16)

const takenText = (week: LibraryWeek, shown: (time: Date) => string): string => {
  const { backups, newBytes, newest, songs, sealed } = week
  if (sealed === true) return "It is sealed: what is in it only its devices can tell."
  if (newest === undefined) return "Nothing yet: there is no backup."
  const what = `${count(songs, "song")}. The newest backup, b${newest.number}, is of ${shown(newest.time)}.`
  return backups === 0
    ? `${what} Nothing was changed in this week that asked for another one.`
    : `${what} ${count(backups, "backup was", "backups were")} taken in this week (+${formatBackupSize(newBytes)}).`
}

const missingText = (week: LibraryWeek): ReadonlyArray<string> => [
  ...(week.changed === 0 ? [] : [`${count(week.changed, "change")} since the newest backup.`]),
  ...lacking(week).map(
    ({ name, last }) =>
      `${name}: ${last === undefined ? "nothing came there yet" : "nothing new came there for too long"}.`
  )
]

const placeText = ({ name, last, proven, late, note }: PlaceWeek, shown: (time: Date) => string): string => {
  const proof = proven === undefined ? "" : `; proven that it can be restored on ${shown(proven)}`
  return `${late ? "! " : ""}${name}: ${last === undefined ? "nothing yet" : `last ${shown(last)}`}${proof}${note === undefined ? "" : `; ${note}`}`
}

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line.replace(/\s+/g, " ")}`)]

const ofLibrary = (week: LibraryWeek, shown: (time: Date) => string): ReadonlyArray<string> => [
  "",
  `${week.name} (${week.host})`.replace(/\s+/g, " "),
  ...section("Backed up", [takenText(week, shown)]),
  ...section("Not backed up", missingText(week)),
  ...section(
    "Where it is",
    week.places.map((place) => placeText(place, shown))
  ),
  ...section(
    "What went wrong",
    week.problems.map((problem) => `${problem}.`)
  )
]

/** The letter, but for what tells it from others. Its subject says whether there is anything to do; problems come first. */
export const digestLetter = (
  weeks: ReadonlyArray<LibraryWeek>,
  { from, until, zone, advice = [] }: DigestOptions
): Omit<Letter, "about"> => {
  const shown = timeIn(zone)
  const faults = weeks.reduce((sum, week) => sum + faultsOf(week), 0)
  const songs = weeks.reduce((sum, week) => sum + week.songs, 0)
  const period = `${shown(from).slice(0, 10)} to ${shown(until).slice(0, 10)}`
  const whose = weeks.length === 1 ? "" : ` in ${count(weeks.length, "library", "libraries")}`
  const ordered = weeks.toSorted((a, b) => faultsOf(b) - faultsOf(a))
  const subject =
    faults === 0
      ? `Your songs this week: ${count(songs, "song")}${whose}, all is well`
      : `Your songs this week: ${count(faults, "problem")}${whose}`
  return {
    subject,
    text: [
      `White Room Backup, ${period}: ${faults === 0 ? "everything is as it should be." : `${count(faults, "problem")} to look at.`}`,
      ...ordered.flatMap((week) => ofLibrary(week, shown)),
      ...(advice.length === 0 ? [] : ["", ...advice]),
      ""
    ].join("\n")
  }
}
