import { formatCount } from "@white-room/core"
import type { Damage } from "@white-room/store"
import type { Cli } from "../command/Cli.js"
import { printable } from "../terminal/Harmless.js"
import { nameList } from "../terminal/Text.js"

/** SQLite reports in lines. */
const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, "; ")

/** More than these are only counted, unless --verbose. */
const shown = { damages: 50, names: 12 } as const

const damageText = (cli: Cli, { what, reason, backups, entities, mended }: Damage, names: number): string =>
  [
    `${cli.out.paint(mended === true ? "yellow" : "red", printable(what))}: ${printable(oneLine(reason))}${mended === true ? " (mended)" : ""}`,
    ...(backups.length > 0 ? [`  needed by ${nameList(backups.map(printable), names)}`] : []),
    ...(entities.length > 0 ? [`  holds ${nameList(entities.map(printable), names)}`] : [])
  ].join("\n")

/** Damage as a person reads it: what is left of it comes first. */
export const damageLines = (cli: Cli, damaged: ReadonlyArray<Damage>): ReadonlyArray<string> => {
  const all = cli.out.options.verbose
  const [damages, names] = all ? [damaged.length, Number.POSITIVE_INFINITY] : [shown.damages, shown.names]
  const sorted = damaged.toSorted((a, b) => Number(a.mended === true) - Number(b.mended === true))
  const more = damaged.length - damages
  return [
    ...sorted.slice(0, damages).map((damage) => damageText(cli, damage, names)),
    ...(more > 0 ? [`… and ${formatCount(more)} more; --verbose names all.`] : [])
  ]
}
