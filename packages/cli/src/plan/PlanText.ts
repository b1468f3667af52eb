/** A restore plan as a person reads it before saying yes. */
import { isHeld, type PlanChanges, type PlanItem, type RestorePlan, wordsFor } from "@white-room/core"
import type { Source } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { printable } from "../terminal/Harmless.js"
import { labelOf, nameList, phrases } from "../terminal/Text.js"
import { ago } from "../terminal/Time.js"

/** More names than this are only counted, unless --verbose. */
const namesShown = 8
/** More changes of one song than this are only counted, unless --verbose. */
const wordsShown = 4

/** How many items of a plan are shown with what changes in them. */
export const itemsShown = (cli: Cli): number =>
  cli.out.options.verbose ? Number.POSITIVE_INFINITY : namesShown

/** Items in the order in which a person looks for them. */
export const byName = (items: ReadonlyArray<PlanItem>): ReadonlyArray<PlanItem> => {
  if (items.length < 2) return items
  const { compare } = new Intl.Collator("en")
  return items
    .map((item) => ({ item, label: labelOf(item) }))
    .sort((a, b) => compare(a.label, b.label))
    .map(({ item }) => item)
}

export interface KeepReasons {
  /** Why something is kept that the source has another version of. */
  readonly changed: string
  /** Why something is kept that the source does not have. */
  readonly missing: string
  /** What is done with what is not here. */
  readonly create?: string
}

/** The lines below the title: what happens to how many, and in words what changes in each. */
export const planLines = (
  cli: Cli,
  plan: RestorePlan,
  changes: PlanChanges,
  reasons: KeepReasons
): ReadonlyArray<string> => {
  const limit = itemsShown(cli)
  const details = (item: PlanItem): ReadonlyArray<string> => {
    const words = wordsFor(changes, item)
    const phrase = phrases(words, cli.out.options.verbose ? Number.POSITIVE_INFINITY : wordsShown)
    return [
      ...(words.length === 0 ? [] : [`      ${printable(labelOf(item))}: ${phrase}`]),
      ...item.notes.map((note) => `      ${printable(labelOf(item))}: ${printable(note)}`)
    ]
  }
  const line = (verb: string, matches: (item: PlanItem) => boolean, why = ""): ReadonlyArray<string> => {
    const items = byName(plan.items.filter(matches))
    if (items.length === 0) return []
    const names = nameList(items.map(labelOf), limit)
    const head = `  ${verb.padEnd(10)} ${String(items.length).padStart(5)}  ${names}${why}`
    return [head, ...items.slice(0, limit).flatMap(details)]
  }
  const isCopy = ({ copyOf }: PlanItem): boolean => copyOf !== undefined
  const copied = new Set(
    plan.items.flatMap(({ kind, copyOf }) => (copyOf === undefined ? [] : [`${kind} ${copyOf}`]))
  )
  const isKept = (
    { kind, id, action, conflict }: PlanItem,
    reason: "conflict" | "copied" | "missing"
  ): boolean =>
    action === "keep" &&
    reason === (conflict ? "conflict" : copied.has(`${kind} ${id}`) ? "copied" : "missing")
  return [
    ...line(reasons.create ?? "bring back", (item) => item.action === "create" && !isCopy(item)),
    ...line("add copy", (item) => item.action === "create" && isCopy(item)),
    ...line("replace", ({ action }) => action === "update"),
    ...line("delete", ({ action }) => action === "delete"),
    ...line("keep", (item) => isKept(item, "conflict"), `  (${reasons.changed})`),
    ...line("keep", (item) => isKept(item, "copied"), "  (beside the copy)"),
    ...line("keep", isHeld, "  (other tables of the app refer to it)"),
    ...line("keep", (item) => !isHeld(item) && isKept(item, "missing"), `  (${reasons.missing})`),
    `  unchanged  ${String(plan.counts.unchanged).padStart(5)}`
  ]
}

export const planText = (cli: Cli, source: Source, plan: RestorePlan, changes: PlanChanges): string => {
  const { name, title, backup, timestamp } = source
  const described =
    backup === undefined || backup.description === "" ? "" : `, "${printable(backup.description)}"`
  const what = title === undefined ? name : `${printable(title)}, ${name}`
  return [
    `Restore ${what} (${ago(timestamp, cli.now())}${described}), mode ${plan.mode}:`,
    ...planLines(cli, plan, changes, { changed: `changed after ${name}`, missing: `not in ${name}` })
  ].join("\n")
}
