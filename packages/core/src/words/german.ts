import { formatCount } from "../bounds/formatCount.js"
import { germanNames, germanNouns } from "./Dictionary.js"
import type { Phrases } from "./Phrases.js"

const grouped = (amount: number): string => formatCount(amount).replaceAll(",", ".")

const decimal = (number: string): string => number.replace(".", ",")

const name = (english: string): string => germanNames.get(english) ?? english

/** Of a noun that is not known nobody knows its plural. */
const noun = (amount: number, english: string): string => {
  const [one, several] = germanNouns.get(english) ?? [name(english), `× ${english}`]
  return amount === 1 ? one : several
}

const count = (amount: number, english: string): string => `${grouped(amount)} ${noun(amount, english)}`

/** What follows a thing and its field in a phrase of its own stands behind a colon. */
const joint = ": "

export const german: Phrases = {
  added: "hinzugefügt",
  removed: "entfernt",
  changed: "geändert",
  reordered: "umgeordnet",
  created: "angelegt",
  deleted: "gelöscht",
  restored: "zurückgeholt",
  undone: "rückgängig gemacht",
  pulled: "von einem anderen Gerät",
  imported: "übernommen",

  decimal,
  grouped,
  quoted: (text) => `„${text}“`,
  list: (values) => values.join(values.some((value) => value.includes(",")) ? "; " : ", "),
  truth: (value) => (value ? "ja" : "nein"),
  none: "nichts",
  inParts: "in Teilen, die hier nicht stehen",
  inSigns: "in Zeichen, die nicht zu sehen sind",

  name,
  noun,
  count,
  bars: (amount) => `${amount} ${amount === "1" ? "Takt" : "Takte"}`,
  joint,

  in: (thing) => ` in ${thing}`,
  of: (thing) => ` von ${thing}`,
  at: (moment) => ` bei ${moment}`,
  which: (number) => ` (Nr. ${number})`,

  switched: (place, isOn) => `${place.replace(/:? (?:is )?(?:aktiv|enabled)$/, "")} ${isOn ? "an" : "aus"}`,
  renamed: (what, now) => `${what} umbenannt in ${now}`,
  length: (what, before, after) =>
    `${what}${joint}Länge ${before} → ${after} ${after === "1" ? "Takt" : "Takte"}`,
  moved: (what, from, to) => `${what} verschoben von ${from} nach ${to}`,
  movedPlace: (what, from, to) => `${what} verschoben von Platz ${from} nach ${to}`,
  movedBy: (what, by, isLater) =>
    by === "" ? `${what} verschoben` : `${what} um ${by} nach ${isLater ? "hinten" : "vorn"} verschoben`,
  transposed: (what, semitones, isUp) =>
    `${what} um ${semitones} nach ${isUp ? "oben" : "unten"} transponiert`,
  changedPitch: (what) => `${what}${joint}Tonhöhe geändert`,
  changedTo: (what, now) => `${what} geändert in ${now}`,
  gone: (label, isEarlier) =>
    `${label} geändert (die ${isEarlier ? "frühere" : "spätere"} Fassung davon ist nicht mehr aufbewahrt)`,
  otherForm: (label) => `${label} in anderer Form gespeichert`,
  orderOf: (things) => `Reihenfolge${joint}${things}`,
  more: (amount) => `… und ${grouped(amount)} weitere ${amount === 1 ? "Änderung" : "Änderungen"}`,

  textChanged: (how) => `Text geändert (${how})`,
  lineEnds: "nur Zeilenenden",
  emptied: (what) => `${name(what)} entfernt, jetzt leer`,
  noLongerJson: (change) => `kein JSON mehr: ${change}`,
  nowJson: (change) => `jetzt JSON: ${change}`,
  largeNumbers: (steps) => `große Zahlen geändert${steps === "" ? "" : `: ${steps}`}`,

  bothSides: (place, there, here) => `${place}: dort ${there}, hier ${here}`,
  bothOrders: (place) => `${place}: dort in einer anderen Reihenfolge als hier`,
  bothChanged: (what) => `${what} auf beiden Seiten geändert; es bleibt, wie es jetzt ist`,
  notJson: "das Dokument ist nicht auf allen Seiten JSON",
  largeInside: "das Dokument hat Zahlen, die zu groß sind, um sie noch einmal zu schreiben",
  notTexts: "die Dokumente sind keine Texte, die sich verbinden lassen",
  documentsApart: "die Dokumente lassen sich nicht verbinden",
  cannotCombine: "es lässt sich nicht verbinden",
  noBase: "es gibt keine Fassung, von der beide kommen",
  noPart: (what) => `${what} ist kein Teil, der verschieden ist`,
  notBeside: (what) => `${what} kann nicht neben sich selbst stehen; es bleibt, wie es jetzt ist`,
  noColumns: (columns) => `diese Bibliothek hat keine Spalte ${columns}; alles andere kommt zurück`,
  deletedSince: "es wurde seither gelöscht",
  held: (rows, isMore, table, rule) =>
    `${rows} ${noun(rows, "row")}${isMore ? " oder mehr" : ""} der Tabelle ${table} der App ${rows === 1 ? "verweist" : "verweisen"} darauf (${rule})`,
  and: " und ",
  lacked: (columns, table) => `worauf ${columns} verweist, ist nicht in der Tabelle ${table} der App`
}
