/** A restore plan as a person reads it before saying yes. */
import type { BackupInfo, PlanItem, RestorePlan } from "@white-room/core"
import type { Cli } from "../Command.js"
import { backupName } from "./backups.js"
import { nameList, printable } from "./text.js"
import { ago } from "./time.js"

/** More names than this are only counted, unless --verbose. */
const namesShown = 8

const labelOf = ({ kind, name, id }: PlanItem): string =>
  `${name === "" ? id : name}${kind === "song" ? "" : ` (${kind})`}`

export const planText = (cli: Cli, backup: BackupInfo, plan: RestorePlan): string => {
  const limit = cli.out.options.verbose ? Number.POSITIVE_INFINITY : namesShown
  const line = (verb: string, matches: (item: PlanItem) => boolean, why = ""): ReadonlyArray<string> => {
    const items = plan.items.filter(matches)
    if (items.length === 0) return []
    const names = nameList(items.map(labelOf), limit)
    return [`  ${verb.padEnd(10)} ${String(items.length).padStart(5)}  ${names}${why}`]
  }
  const name = backupName(backup)
  const described = backup.description === "" ? "" : `, "${printable(backup.description)}"`
  return [
    `Restore ${name} (${ago(backup.timestamp, cli.now())}${described}), mode ${plan.mode}:`,
    ...line("bring back", ({ action }) => action === "create"),
    ...line("replace", ({ action }) => action === "update"),
    ...line("delete", ({ action }) => action === "delete"),
    ...line("keep", ({ action, conflict }) => action === "keep" && conflict, `  (changed after ${name})`),
    ...line("keep", ({ action, conflict }) => action === "keep" && !conflict, `  (not in ${name})`),
    `  unchanged  ${String(plan.counts.unchanged).padStart(5)}`
  ].join("\n")
}
