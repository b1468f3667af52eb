import type { englishServer } from "./englishServer.js"
import type { Loosened } from "./Loosened.js"

export const germanServer: Loosened<typeof englishServer> = {
  serverTitle: "Der Server",
  serverGood: "Der Server hat Platz, und alles ist in Ordnung.",
  serverNoMirror:
    "Von allem hier gibt es nur ein Exemplar, auf der Platte dieses Servers. Ein Spiegel bewahrt ein zweites auf; starte den Server damit:",
  serverMirror: (place) => `Spiegel: ${place}`,
  serverMirrorWaiting: (count) =>
    count === 1 ? "1 Datei ist dorthin unterwegs" : `${count} Dateien sind dorthin unterwegs`,
  serverMirrorFailing: (since) =>
    `Der Spiegel geht seit ${since} nicht: Was seither kam, ist nur auf dieser Platte.`,
  serverDisk: (free, size) => `${free} von ${size} sind frei.`,
  serverFullAt: (when) => `Füllt sie sich weiter wie in den letzten 30 Tagen, ist sie am ${when} voll.`,
  serverFull:
    "Die Platte ist fast voll: Neues wird nicht angenommen. Was da ist, ist unversehrt und lässt sich lesen und zurückholen.",
  serverAlerts: {
    disk: "Die Platte ist fast voll",
    mirror: "Der Spiegel geht nicht",
    damage: "Letzte Nacht ließ sich nicht alles zurückholen",
    loss: "Viel wurde gelöscht",
    audit: "Das Protokoll ist nicht mehr, wie es geschrieben wurde"
  },
  groups: "Bibliotheken",
  groupNone: "In keiner Gruppe",
  groupOf: (name) => `Gruppe ${name}`,
  groupLate: (late, all) =>
    late === 0
      ? `alle ${all} haben diese Woche etwas geschickt`
      : `${late} von ${all} ${late === 1 ? "hat" : "haben"} seit einer Woche nichts geschickt`,
  groupMove: "Gruppe …",
  groupMoveHow:
    "Eine Klasse, eine Band: Wer die Gruppe unterrichtet, sieht ihre Bibliotheken, und über sie kommt ein gemeinsamer Brief. Eine Bibliothek ist in einer Gruppe; ohne Namen in keiner.",
  groupName: "Gruppe",
  groupSave: "Verschieben",
  computer: "Neuer Computer …",
  computerHow:
    "Für einen zweiten Computer oder einen neuen anstelle eines alten. Der Link gilt einmal; dort kommt alles zurück und geht weiter, wo es aufgehört hat.",
  computerOld: "Ist der alte verloren oder gestohlen? Dann beende unten seinen Zugang.",
  computerMake: "Link erstellen",
  computerLink: "Auf jenem Computer, einmal:",
  leave: "Verabschieden …",
  leaveHow: (count) =>
    count === 1
      ? "Sie nimmt ab jetzt nichts Neues an. 30 Tage lang kann man sie mit einem Link nach Hause holen oder doch behalten; danach wird sie gelöscht."
      : `Diese ${count} nehmen ab jetzt nichts Neues an. 30 Tage lang kann man jede mit einem Link nach Hause holen oder doch behalten; danach wird sie gelöscht.`,
  leaveDo: "Verabschieden",
  leaveGroup: (group) => `Alle aus ${group} verabschieden …`,
  leaveLinks: "So holt man sie bis dahin nach Hause. Die Links stehen nur jetzt hier:",
  leaving: (day) => `wird am ${day} gelöscht`,
  stay: "Doch behalten",
  erase: "Jetzt löschen …",
  eraseHow:
    "Alles geht: die Lieder, jede Fassung, der Papierkorb, das Exemplar im Spiegel. Es gibt keinen Weg zurück. Tippe ihre Kennung, um sie zu löschen:",
  eraseTyped: "Die Kennung",
  eraseDo: "Für immer löschen",
  erased: (name) => `${name} ist gelöscht. Nichts davon ist mehr in:`,
  erasedFiles: (place, files) => `${place}: ${files} ${files === 1 ? "Datei" : "Dateien"}`,
  erasedLater: (name) =>
    `${name} ist für niemanden mehr da. Noch war nicht alles erreichbar: Der Server macht weiter und schreibt die Quittung ins Protokoll.`,
  inviteGroup: "Gruppe (eine Klasse, eine Band), falls es eine gibt",
  settings: "Briefe und Warnungen",
  settingsWhat:
    "Einmal in der Woche sagt ein Brief für jede Gruppe, was gesichert wurde und was nicht. Sofort kommt nur, was durch Warten schlimmer wird: eine volle Platte, Schäden, ein Spiegel, der nicht geht, viel Gelöschtes.",
  settingsMail: "Per Mail",
  settingsTo: "An, mit Kommas dazwischen",
  settingsServer: "Mailserver, etwa smtps://mail.example.com",
  settingsUser: "Sein Benutzer, falls er einen will",
  settingsPassword: "Sein Passwort",
  settingsPasswordKept: "Sein Passwort (das jetzige bleibt, wenn du keines tippst)",
  settingsNoMail: "Keine Mail schicken",
  settingsDay: "Der Wochenbrief",
  settingsDays: {
    mondays: "montags",
    tuesdays: "dienstags",
    wednesdays: "mittwochs",
    thursdays: "donnerstags",
    fridays: "freitags",
    saturdays: "samstags",
    sundays: "sonntags",
    off: "nie"
  },
  settingsTime: "Um",
  settingsZone: "Nach der Uhr von",
  settingsAbsent: "Nach so vielen Tagen ohne Neues wird eine Bibliothek genannt",
  settingsWebhook: "An ein Programm",
  settingsWebhookTo: (host) => `Es wird einem Programm auf ${host} gesagt.`,
  settingsWebhookGone:
    "Seine Adresse ist fort, weil der Server neu aufgebaut wurde: Trag sie noch einmal ein.",
  settingsWebhookUrl: "Adresse, etwa https://example.com/hook",
  settingsWebhookKey: "Ein Schlüssel aus mindestens 16 Zeichen, an dem es den Absender erkennt",
  settingsWebhookEnd: "Nichts mehr sagen",
  settingsGroup: (group) => `Wer den Brief über ${group} bekommt`,
  settingsGroupNone: "Bibliotheken ohne Gruppe",
  settingsGroupTo: "An; wenn leer, wer die des Servers bekommt",
  settingsPause: "Ruht bis (Ferien): kein Brief, und Stille zählt nicht",
  settingsSaved: "Gespeichert.",
  auditMore: "Früheres zeigen"
}
