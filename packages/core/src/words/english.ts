import { formatCount } from "../bounds/formatCount.js"
import type { Phrases } from "./Phrases.js"

const noun = (amount: number, name: string): string => `${name}${amount === 1 ? "" : "s"}`

export const english: Phrases = {
  added: "added",
  removed: "removed",
  changed: "changed",
  reordered: "reordered",
  created: "created",
  deleted: "deleted",
  restored: "restored",
  undone: "undone",
  pulled: "pulled",
  imported: "imported",

  decimal: (number) => number,
  grouped: formatCount,
  quoted: (text) => `"${text}"`,
  list: (values) => values.join(", "),
  truth: String,
  none: "none",
  inParts: "in parts not shown",
  inSigns: "in signs that cannot be shown",

  name: (name) => name,
  noun,
  count: (amount, name) => `${formatCount(amount)} ${noun(amount, name)}`,
  bars: (amount) => `${amount} bars`,
  joint: " ",

  in: (thing) => ` in ${thing}`,
  of: (thing) => ` of ${thing}`,
  at: (moment) => ` at ${moment}`,
  which: (number) => ` (no. ${number})`,

  switched: (place, isOn) => `${place.replace(/ (?:is )?enabled$/, "")} ${isOn ? "on" : "off"}`,
  renamed: (what, name) => `${what} renamed ${name}`,
  length: (what, before, after) => `${what} length ${before} → ${after} bars`,
  moved: (what, from, to) => `${what} moved from ${from} to ${to}`,
  movedPlace: (what, from, to) => `${what} moved from place ${from} to ${to}`,
  movedBy: (what, by, isLater) =>
    `${what} moved${by === "" ? "" : ` ${by} ${isLater ? "later" : "earlier"}`}`,
  transposed: (what, semitones, isUp) => `${what} transposed ${isUp ? "up" : "down"} ${semitones}`,
  changedPitch: (what) => `${what} changed pitch`,
  changedTo: (what, now) => `${what} changed to ${now}`,
  gone: (label, isEarlier) =>
    `${label} changed (the ${isEarlier ? "earlier" : "later"} one is no longer kept)`,
  otherForm: (label) => `${label} stored in another form`,
  orderOf: (things) => `order of ${things}`,
  more: (amount) => `… and ${formatCount(amount)} ${noun(amount, "more change")}`,

  textChanged: (how) => `text changed (${how})`,
  lineEnds: "line ends only",
  emptied: (what) => `${what} removed, now empty`,
  noLongerJson: (change) => `no longer JSON: ${change}`,
  nowJson: (change) => `JSON now: ${change}`,
  largeNumbers: (steps) => `large numbers changed${steps === "" ? "" : `: ${steps}`}`,

  bothSides: (place, there, here) => `${place}: ${there} there, ${here} here`,
  bothOrders: (place) => `${place}: in one order there, in another here`,
  bothChanged: (name) => `${name} changed on both sides; today's stays`,
  notJson: "the document is not JSON on every side",
  largeInside: "the document holds numbers too large to be written again",
  notTexts: "its documents are not texts that can be combined",
  documentsApart: "its documents cannot be combined",
  cannotCombine: "it cannot be combined",
  noBase: "there is no version both come from",
  noPart: (name) => `${name} is not a part that differs`,
  notBeside: (name) => `${name} cannot stand beside itself; today's stays`,
  noColumns: (columns) => `this library has no column ${columns}; the rest was restored`,
  deletedSince: "it was deleted since",
  held: (rows, isMore, table, rule) =>
    `${rows} ${noun(rows, "row")}${isMore ? " or more" : ""} of the app's table ${table} ${rows === 1 ? "refers" : "refer"} to it (${rule})`,
  and: ", and ",
  lacked: (columns, table) => `what its ${columns} refers to is not in the app's table ${table}`
}
