import type { Concern } from "@white-room/core/output"
import type { Say } from "./Say.js"

const changes = (count: number): string => (count === 1 ? "1 Änderung" : `${count} Änderungen`)

const done = { insert: "hinzugefügt", update: "in allen Spalten geändert", delete: "gelöscht" } as const

const things = ({ songs, performances, preferences }: Extract<Concern, { code: "DeviceDiffers" }>) =>
  [
    songs > 0 && `${songs} ${songs === 1 ? "Lied" : "Lieder"}`,
    performances > 0 && `${performances} ${performances === 1 ? "Aufführung" : "Aufführungen"}`,
    preferences > 0 && "Einstellungen"
  ].filter((text) => text !== false)

const more = (names: ReadonlyArray<string>, count: number, say: Say): string =>
  say.list(count > names.length ? [...names, `${count - names.length} weitere`] : names)

/** The same in German. Reasons that were told in words stay as they were told. */
export const germanWarning = (of: Concern, say: Say): string => {
  switch (of.code) {
    case "NoLibrary":
      return "Es gibt noch keine Bibliothek."
    case "NoBackup":
      return "Es gibt noch keine Sicherung."
    case "BackupOld":
      return of.changed === 1
        ? "1 Änderung ist in keiner Sicherung."
        : `${of.changed} Änderungen sind in keiner Sicherung.`
    case "NoCopy":
      return "Es gibt keine Kopie außerhalb dieser Platte: Geht sie verloren, ist alles verloren."
    case "CopiesAway":
      return `Keine Kopie ist erreichbar: ${say.list(of.places)}.`
    case "CopiesOnSameDisk":
      return "Die einzigen Kopien liegen auf derselben Platte wie die Bibliothek und wären mit ihr verloren."
    case "CopiesOld":
      return `Geht diese Platte verloren, ${of.changed === 1 ? "wäre" : "wären"} ${changes(of.changed)} verloren: Die neueste Kopie ist veraltet.`
    case "PlaceEmptied":
      return `Was nach ${of.place} geschickt wurde, ist nicht mehr da: Jemand hat den Ort geleert oder auf einen früheren Stand zurückgesetzt.`
    case "PlaceRolledBack":
      return `${of.place} hatte verloren, was dorthin geschickt war (${say.ago(of.at)}): Jemand hat den Ort zurückgesetzt oder geleert. Alles wurde noch einmal geschickt.`
    case "NoRecoveryKit":
      return `Für ${of.place} gibt es kein Rettungsblatt: Ohne diesen Computer öffnet ihn nur das Passwort.`
    case "DeviceDiffers": {
      const what = things(of)
      return `${of.device} und diese Bibliothek unterscheiden sich: ${what.length === 0 ? "nur in Sicherungen" : say.list(what)} (in ${of.place}).`
    }
    case "RestoreWaits":
      return of.agreed
        ? `${of.from} bringt ${more(of.names, of.count, say)} zurück, sobald White Room geschlossen ist.`
        : `${of.from} möchte ${more(of.names, of.count, say)} zurückbringen und wartet auf deine Antwort.`
    case "RestoreOverwritten":
      return `Die offene App hat ihre alte Fassung von ${more(of.names, of.count, say)} über das Zurückgeholte gespeichert. Schließ sie und hol es dann noch einmal zurück.`
    case "ProfileLate":
      return `${of.profile === "default" ? "Die übliche Sicherung" : `Die Sicherung „${of.profile}“`}${of.place === "" ? "" : ` nach ${of.place}`} gelingt seit zu langer Zeit nicht: ${of.lastGood === null ? "Noch nie hat es geklappt" : `Die letzte war ${say.ago(of.lastGood)}`}.`
    case "ProfileUnreadable":
      return `Der Zeitplan „${of.profile}“ ist nicht lesbar und wird nicht befolgt: ${of.reason}.`
    case "ScheduleLate":
      return `Seit ${say.at(of.since)} ist eine Sicherung fällig, und keine kam: Von selbst scheint hier nichts zu sichern.`
    case "ScheduleIdle":
      return "Noch sichert nichts von selbst, obwohl der Zeitplan es verlangt."
    case "DrillFailed":
      return `Bei der letzten Probe ließ sich nicht alles ${of.place === "" ? "von hier" : `von ${of.place}`} zurückholen: ${of.detail ?? "Der Grund ist nicht bekannt"}.`
    case "Damage":
      return "Die letzte Prüfung hat Schäden gefunden."
    case "DamagedThere":
      return `Auf dem Server beschädigt oder nicht da: ${of.what}.`
    case "NotProven":
      return "Bei der letzten Probe ließ sich nicht alles zurückholen."
    case "TablesUnknown":
      return `Nicht geschützt, weil White Room Backup sie nicht kennt: die Tabellen ${say.list(of.tables)}.`
    case "RowsWithoutId":
      return `Nicht geschützt, weil ${of.rows === 1 ? "sie keine Kennung hat: 1 Zeile" : `sie keine Kennung haben: ${of.rows} Zeilen`} von ${of.table}.`
    case "RowsOfApp":
      return `Zeilen von ${of.table} sind geschützt, können hier aber nicht ${of.cannot.map((verb) => done[verb]).join(" oder ")} werden, auch nicht beim Zurückholen: Nur die App hat ${of.needs}${of.parts.length === 0 ? "" : `, nötig für ${of.parts.join(", ")}`}.`
    case "OldBackupUnreadable":
      return `Nicht geschützt, weil nicht lesbar: aus der App selbst ${of.what} (${of.reason})${of.more === 0 ? "" : ` und ${of.more} weitere`}.`
  }
}
