import type { Texts } from "./english.js"
import { germanDeeds } from "./germanDeeds.js"
import { germanKeeping } from "./germanKeeping.js"
import { germanServer } from "./germanServer.js"
import { germanTimeline } from "./germanTimeline.js"
import { germanWarning } from "./germanWarning.js"

/** The same in German. What errors say is English, and marked as such for screen readers. */
export const german: Texts = {
  ...germanDeeds,
  ...germanKeeping,
  ...germanServer,
  ...germanTimeline,
  warning: germanWarning,

  language: "Deutsch",
  skip: "Zur Bibliothek springen",
  loading: "Einen Moment …",
  again: "Noch einmal versuchen",
  close: "Schließen",
  cancel: "Abbrechen",
  save: "Speichern",
  back: "Zurück",
  more: "Mehr zeigen",
  copy: "Kopieren",
  copied: "Kopiert.",
  unnamed: "(ohne Namen)",

  home: "Start",
  songs: "Lieder",
  devices: "Geräte",
  timeline: "Zeitleiste",
  library: "Bibliothek",
  libraries: "Bibliotheken",
  signOut: "Abmelden",
  languageChoice: "Sprache",

  away: "Der Server ist nicht erreichbar. Was hier steht, hat er zuletzt gesagt; sobald er wieder da ist, geht es von selbst weiter.",
  revoked:
    "Dein Zugang wurde beendet, während du hier warst. Bitte die Person, die den Server betreibt, um einen neuen Link.",
  failed: "Das hat nicht geklappt.",

  signInTitle: "Anmelden",
  signInHow:
    "Diese Seite zeigt die Bibliotheken, die dein Link dich sehen lässt. Öffne den Link, den du bekommen hast, ganz, mit allem, was hinter # steht.",
  signInAdmin: "Du betreibst den Server? Das gibt dir einen Link für dich selbst:",
  signInLocal: "Es ist die Bibliothek auf diesem Computer? Das öffnet sie:",
  joinTitle: "Du bist eingeladen",
  joinWhat:
    "Mit einer Einladung bewahrt ein Computer seine Lieder hier auf, oder du siehst dir die Lieder anderer an. Sie gilt einmal. Diese Seite nur zu öffnen verbraucht sie nicht.",
  joinDevice: "Auf dem Computer mit deinen Liedern",
  joinInstall: "Installiere das Programm (es braucht Node):",
  joinConnect:
    "Gib ihm dann deinen Link. Es sagt, wer deine Lieder lesen kann, fragt nach und schickt sie dann:",
  joinBrowser: "Um Bibliotheken anzusehen, in diesem Browser",
  joinBrowserHow:
    "Ist dein Link für eine Lehrkraft oder einen Admin, lässt er diesen Browser für 30 Tage hinein.",
  joinButton: "Hier anmelden",
  joinNoCode:
    "In dieser Adresse ist kein Code. Öffne den Link, den du bekommen hast, ganz, mit allem, was hinter # steht.",

  searchLabel: "Lieder suchen, jetzige und frühere",
  searchHint: "Ein Name, ein Wort, ein Instrument …",
  searchNone: (what) => `Nichts hieß je so oder enthielt das: ${what}`,
  searchNow: "immer noch",
  searchUntil: (day) => `bis ${day}`,
  searchIn: (fields) => `in ${fields}`,
  searchCount: (count) => `${count} gefunden`,

  safe: "Sicher",
  safeIn: (places) => `Sicher: ${places}.`,
  safeHere: "hier",
  safeServer: "auf diesem Server",
  safeProven: (when) => `, erprobt ${when}`,
  notSafe: "Noch nicht sicher",
  verdictCommands: "Dasselbe im Terminal",
  copyNow: "Jetzt kopieren",
  copyOffered:
    "Ein Ort für eine Kopie außerhalb dieser Platte. Wer dort lesen kann, kann auch deine Lieder lesen:",
  copyTo: (place) => `Nach ${place} kopieren`,
  copyNowhere: "Schließ eine andere Platte oder einen Stick an: Dann wird hier eine Kopie dorthin angeboten.",
  copyRunning: "Es wird kopiert. Du kannst weiterarbeiten und diese Seite schließen.",
  copyDone: "alles ist dort.",
  noLibrary: "Hier ist noch nichts. Sobald ein Computer seine Lieder geschickt hat, sind sie hier.",
  places: "Wo sie aufbewahrt ist",
  placeHere: "In der Bibliothek selbst",
  placeServer: "Dieser Server",
  placeNever: "noch nichts geschickt",
  placeAway: "nicht erreichbar",
  placeSameDisk: "auf derselben Platte",
  placeDiffers: (device, songs) =>
    `${device} hat etwas, das hier fehlt: ${songs} ${songs === 1 ? "Lied" : "Lieder"}`,
  placeChanged: (count) => (count === 1 ? "1 Änderung seither" : `${count} Änderungen seither`),
  placeAll: "hat alles",
  lastBackup: (number, when) => `Sicherung b${number}, ${when}`,
  noBackup: "noch keine Sicherung",
  next: "Nächste Sicherung",
  nextAt: (when, profile) => `${when}${profile === "" ? "" : ` (${profile})`}`,
  nextOverdue: (since) => `hätte ${since} kommen sollen; von selbst scheint hier nichts zu sichern`,
  nextNone:
    "Von selbst kommt keine. Leg sie von Hand an, oder lass es ab jetzt diesen Computer tun, im Terminal:",
  nextNoneThere: "Das weiß nur der Computer, der die Bibliothek hat.",
  checked: "Letzte Prüfung",
  checkedOk: (when) => `${when}: jedes Byte stimmt`,
  checkedBad: (when) => `${when}: hat Schäden gefunden`,
  proven: "Zurückholen erprobt",
  neverYet: "noch nicht",

  today: "Heute geändert",
  todayNothing: "Heute hat sich nichts geändert.",
  week: "In den letzten sieben Tagen geändert",
  gone: "In den letzten 30 Tagen gelöscht",
  created: "neu",
  deleted: "gelöscht",
  changed: "geändert",

  allSongs: "Alle Lieder",
  songsNone: "In dieser Bibliothek sind keine Lieder.",
  songsNoneSo: "Kein Lied heißt so.",
  songsFilter: "Nach Namen filtern",
  songsShown: (shown, all) => (shown === all ? `${all}` : `${shown} von ${all}`),
  songsAs: (when) => `Wie es ${when} war`,

  song: "Lied",
  performance: "Aufführung",
  versions: "Fassungen",
  version: (number) => `Fassung ${number}`,
  versionNow: "jetzt",
  versionDeleted: "gelöscht",
  versionBy: (actor) => `von ${actor}`,
  versionInApp: "in White Room",
  versionByItself: "von selbst",
  versionBetween: (notIn, firstIn) =>
    firstIn === undefined
      ? `nach ${notIn}`
      : notIn === undefined
        ? `vor ${firstIn}`
        : `zwischen ${notIn} und ${firstIn}`,
  versionUnknown: "wann genau und von wem, weiß niemand",
  versionFirst: "erste Fassung",
  versionGone: "In diesem Moment wurde es gelöscht. Wähle die Fassung davor, um zu sehen, was darin war.",
  isDeleted: "Es ist jetzt gelöscht. Jede Fassung davon ist noch hier.",
  differences: "Was jetzt anders ist",
  differencesBefore: "Was diese Fassung geändert hat",
  differencesGone: "Danach wurde es gelöscht",
  differencesNone: "Es gibt keinen Unterschied.",
  differencesSpelling: "Es bedeutet dasselbe; nur die Schreibweise ist anders.",
  contentGone:
    "Der Inhalt dieser Fassung ist nicht mehr aufbewahrt. Was sich geändert hat, steht noch in Worten da.",

  roll: "Noten",
  rollHelp:
    "Ziehen bewegt, zwei Finger vergrößern. Ein Klick oder ein Tippen setzt den Takt, ab dem du hörst, wie auch die Pfeiltasten; Plus und Minus vergrößern ebenfalls.",
  alone: {
    listen: "Anhören",
    only: "",
    now: "",
    status: (bar, bars, same) => `Takt ${bar} von ${bars}: ${same} ${same === 1 ? "Note" : "Noten"}.`
  },
  past: {
    listen: "Wie es war",
    only: "nur damals",
    now: "nur jetzt",
    status: (bar, bars, same, then, now) =>
      `Takt ${bar} von ${bars}: ${same} Noten gleich, ${then} nur damals, ${now} nur jetzt.`
  },
  future: {
    listen: "Wie es wird",
    only: "kommt",
    now: "geht",
    status: (bar, bars, same, then, now) =>
      `Takt ${bar} von ${bars}: ${same} Noten bleiben, ${then} kommen, ${now} gehen.`
  },
  rollSame: "gleich",
  rollTracks: "Spuren",
  rollNoneAlone: "Dieses Lied besteht aus Regeln, nicht aus Noten; es gibt nichts zu zeichnen oder zu hören.",
  rollNone:
    "Dieses Lied besteht aus Regeln, nicht aus Noten; es gibt nichts zu zeichnen oder zu hören. Was anders ist, steht oben in Worten.",
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
  document: "Das Dokument, wie es gespeichert ist",
  documentThen: "Damals",
  documentNow: "Jetzt",

  listen: "Anhören",
  listenNow: "Wie es jetzt ist",
  stop: "Anhalten",
  fromBar: (bar) => `ab Takt ${bar}`,
  playing: (bar) => `Spielt, Takt ${bar}`,
  noSound: "Dieser Browser macht selbst keinen Ton.",

  bringBack: "Zurückholen",
  bringBackThis: "Das zurückholen",
  command: "Dasselbe im Terminal",
  sealed:
    "Diese Bibliothek ist versiegelt: nur ein Computer mit ihrem Schlüssel kann sie lesen. Der Server bewahrt sie auf und kann nicht hineinsehen.",

  sealedShort: "versiegelt",

  person: "Name",
  role: "Darf",
  roles: {
    device: "seine Lieder hier aufbewahren",
    "push-only": "schicken, nicht lesen",
    teacher: "Bibliotheken ansehen",
    admin: "alles",
    service: "Bibliotheken anlegen und schreiben"
  },
  lastUsed: "Zuletzt benutzt",
  lastFrom: (address) => `von ${address}`,
  expires: "Bis",
  forever: "bis er beendet wird",
  revoke: "Beenden",
  revokeSure: (name) =>
    `Den Zugang von ${name} sofort beenden? Was geschickt wurde, bleibt und ist noch hier.`,
  revoked1: (name) => `Der Zugang von ${name} ist beendet.`,
  accessTitle: "Wer Zugang hat",
  invite: "Einladen",
  inviteNames: "Namen, einer je Zeile",
  inviteRole: "Sie dürfen",
  inviteSealed: "Versiegelt: niemand außer ihnen kann die Lieder lesen",
  inviteLibraries: "Welche Bibliotheken",
  inviteButton: "Links erstellen",
  inviteMade:
    "Die Links stehen einmal hier. Druck sie jetzt oder gib sie weiter: Der Server behält nur ihre Prüfsummen.",
  invitePrint: "Das Blatt drucken",
  inviteSheet: (host) => `Bewahre deine Lieder auf ${host} auf`,
  inviteUntil: (day) => `Er gilt einmal, bis ${day}.`,
  invitations: "Einladungen",
  invitationsNone: "Es ist keine Einladung offen.",
  inviteTries: (tries) => (tries === 1 ? "noch 1 Versuch" : `noch ${tries} Versuche`),
  withdraw: "Zurückziehen",
  used: "Belegt",
  audit: "Was getan wurde",
  auditNone: "Noch ist nichts geschehen.",
  notAdmin: "Nur ein Admin des Servers sieht, wer Zugang hat."
}
