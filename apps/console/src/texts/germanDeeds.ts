import type { Deed, englishDeeds } from "./englishDeeds.js"
import type { Loosened } from "./Loosened.js"

const kinds = { song: "Lied", performance: "Aufführung", preferences: "Einstellungen" } as const

const between = ({ firstIn, notIn }: Deed): string => {
  if (firstIn === undefined) return notIn === undefined ? "" : `, wie es nach ${notIn} war`
  return notIn === undefined ? `, wie es vor ${firstIn} war` : `, wie es zwischen ${notIn} und ${firstIn} war`
}

const done = (deed: Deed): string => {
  const { what, of, kind = "song" } = deed
  const more = deed.more === 0 ? "" : ` und ${deed.more} weitere`
  const said: Readonly<Record<Deed["what"], string>> = {
    restore: `${of} zurückgeholt${between(deed)}`,
    import: `${of} übernommen`,
    delete: `${kinds[kind]} ${of}${more} gelöscht`,
    forget: `${of}${more} in den Papierkorb gelegt`,
    pull: `von ${of} geholt`,
    undo: `Vorgang ${of} rückgängig gemacht`
  }
  return said[what]
}

const units = {
  day: ["Tag", "Tagen"],
  hour: ["Stunde", "Stunden"],
  minute: ["Minute", "Minuten"],
  second: ["Sekunde", "Sekunden"]
} as const

export const germanDeeds: Loosened<typeof englishDeeds> = {
  deed: (deed) => `${"rückgängig gemacht: ".repeat(deed.undone)}${done(deed)}`,
  auditActions: {
    "access changed": "Zugang geändert",
    "access narrowed": "Zugang eingeschränkt",
    "access revoked": "Zugang beendet",
    enrolled: "angemeldet",
    erased: "für immer gelöscht",
    "erasing begun": "Löschen begonnen",
    "file discarded": "Datei in den Papierkorb gelegt",
    "files merged": "Dateien zusammengelegt",
    "invitation withdrawn": "Einladung zurückgezogen",
    invited: "eingeladen",
    "library changed": "Bibliothek geändert",
    "library checked": "Bibliothek geprüft",
    "library leaves": "Bibliothek verabschiedet",
    "library made": "Bibliothek angelegt",
    "library stays": "Bibliothek doch behalten",
    rebuilt: "neu aufgebaut",
    "restore planned": "Zurückholen geplant",
    "restore sent": "zum Zurückholen geschickt",
    "restore heard": "Computer weiß vom Zurückholen",
    "restore applied": "zurückgeholt",
    "restore refused": "Zurückholen abgelehnt",
    "restore failed": "Zurückholen fehlgeschlagen",
    "restore cancelled": "Zurückholen zurückgenommen",
    "restore expired": "Zurückholen verfallen",
    "restore undone": "Zurückgeholtes rückgängig gemacht",
    "settings changed": "Einstellungen geändert"
  },
  fields: {
    name: "Name",
    composer: "Komponist",
    description: "Beschreibung",
    genre: "Genre",
    key: "Tonart",
    tags: "Schlagwörter",
    duration: "Dauer",
    customMetadata: "eigene Angaben",
    displayName: "Anzeigename",
    defaultOutputDevice: "Ausgabegerät",
    defaultInputDevice: "Eingabegerät",
    theme: "Farbschema",
    language: "Sprache",
    customPreferences: "eigene Einstellungen"
  },
  reasons: {
    newest: "neueste Sicherung",
    pinned: "angeheftet",
    paused: "es geht nichts, denn die Uhr ist gesprungen",
    imported: "übernommen: bleibt, bis du sie wegwirfst",
    undoOver: "vor dem Zurückholen: Rückgängig geht nicht mehr",
    undoUntil: (when) => `vor dem Zurückholen: Rückgängig geht bis ${when}`,
    outside: (rules) => `nicht unter: ${rules}`,
    tag: (tag) => `Schlagwort ${tag}`,
    within: (count, unit) => `innerhalb von ${count} ${units[unit][count === "1" ? 0 : 1]}`,
    uncertain: (rule) => `${rule} (Zeit ungewiss)`,
    rules: {
      last: "letzte",
      hourly: "stündlich",
      daily: "täglich",
      weekly: "wöchentlich",
      monthly: "monatlich",
      yearly: "jährlich"
    }
  },
  losses: {
    deleted: (lost, all) => `${lost} von ${all} Liedern und anderem wurden gelöscht`,
    forgotten: (lost, all) => `${lost} von ${all} Sicherungen wurden weggeworfen`,
    discarded: (files) => `${files} ihrer Dateien kamen innerhalb eines Tages in den Papierkorb`
  }
}
