/** What adopting a database does and did, in words. */
import type { AdoptReport } from "@white-room/store"
import type { Cli } from "../command/Cli.js"
import { rememberLibrary } from "../settings/Config.js"
import { pastedPath, shortPath } from "../settings/Environment.js"
import { count } from "../terminal/Text.js"
import { limitText } from "./limitText.js"

export const holds = ({ songs, performances, preferences, backups }: AdoptReport): string =>
  [
    count(songs, "song"),
    count(performances, "performance"),
    ...(preferences === 0 ? [] : [count(preferences, "set of preferences", "sets of preferences")]),
    ...(backups === 0 ? [] : [count(backups, "old backup")])
  ].join(", ")

/** What adopting does to the file itself. */
const changes = (report: AdoptReport): ReadonlyArray<string> => [
  "White Room's tables and rows stay as they are, and it goes on reading and writing them. What changes in the file:",
  "  tables and triggers of White Room Backup are added beside those of the app",
  ...(report.journalMode === "wal"
    ? []
    : [
        `  its journal mode becomes WAL (now ${report.journalMode}): while it is open, two more files lie beside it`
      ]),
  "A verified copy of it as it is now is made first, and stays beside it until you delete it."
]

export const planText = (file: string, report: AdoptReport, into: string | undefined): string =>
  [
    `${shortPath(file)}: ${holds(report)}.`,
    ...(into === undefined
      ? changes(report)
      : [`It is only read and stays as it is. The library is a new file: ${shortPath(into)}`]),
    ...(report.unprotectedTables.length === 0
      ? []
      : [
          `Not protected, because White Room Backup does not know them: the tables ${report.unprotectedTables.join(", ")}.`
        ]),
    ...report.limits.map(limitText)
  ].join("\n")

export const openText = ({ openIn }: AdoptReport): string =>
  `Quit ${openIn.map(({ name, pid }) => `${name === "" ? "the program" : name} (process ${pid})`).join(", ")} first: it has the file open, and cannot save while it is adopted.`

/** What could not be taken over, each in a line of its own. */
export const showProblems = (cli: Cli, { problems }: AdoptReport): void => {
  for (const { what, reason } of problems)
    cli.out.problem(`${what}: ${reason}. It stays where it is.`, { file: what, reason })
}

/** How the other commands find a library that is not where they look. */
export const whereText = (cli: Cli, report: AdoptReport): ReadonlyArray<string> => {
  if (report.path === cli.path) return []
  const settings = rememberLibrary(cli.env, cli.path, report.path)
  return settings === undefined
    ? [
        `Other commands look at ${shortPath(cli.path)}: name this one with --library ${pastedPath(report.path)}`
      ]
    : [`It is your library from now on: ${shortPath(settings)} says so.`]
}
