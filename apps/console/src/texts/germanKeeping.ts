import type { englishKeeping } from "./englishKeeping.js"
import type { Loosened } from "./Loosened.js"

export const germanKeeping: Loosened<typeof englishKeeping> = {
  backups: "Sicherungen",
  backupsNone: "Es gibt noch keine Sicherung.",
  backupsList: "Liste",
  backupsCalendar: "Kalender",
  backupAdded: (size) => `neu: ${size}`,
  backupHas: (songs, performances) =>
    `${songs} ${songs === 1 ? "Lied" : "Lieder"}${performances > 0 ? `, ${performances} ${performances === 1 ? "Aufführung" : "Aufführungen"}` : ""}`,
  backupPinned: "angeheftet",
  backupTrash: "Papierkorb",
  backupTrashUntil: (when) => `ruht mindestens bis ${when}`,
  backupsRules: "Was bleibt",
  retentionWhat:
    "Was Regeln behalten und gehen lassen würden, und warum. Hier wird nichts getan; Angeheftetes und das Neueste bleiben immer.",
  retentionRules: "Regeln",
  retentionOwn: "wie sie hier stehen",
  retentionKeep: "Behalten",
  retentionCounts: {
    keepLast: "die letzten",
    keepDaily: "eine am Tag, wie viele Tage",
    keepWeekly: "eine in der Woche, wie viele Wochen",
    keepMonthly: "eine im Monat, wie viele Monate",
    keepYearly: "eine im Jahr, wie viele Jahre"
  },
  retentionWould: (keep, leaving) =>
    leaving === 0
      ? `Alle ${keep} bleiben.`
      : `${keep} ${keep === 1 ? "bleibt" : "bleiben"}, ${leaving} ${leaving === 1 ? "kommt" : "kommen"} in den Papierkorb.`,
  retentionExpiring: (count) =>
    `${count} ${count === 1 ? "würde" : "würden"} den Papierkorb für immer verlassen: Die Zeit dort ist um.`,
  retentionPaused:
    "Die Uhr dieses Computers ist gesprungen: Es geht nichts, bis sie sieben Tage lang gestimmt hat.",
  retentionLast: "In keiner anderen Sicherung, und nicht mehr in der Bibliothek:",
  retentionStays: "bleibt",
  retentionGoes: "geht",
  retentionDo: "Um es zu tun, im Terminal",
  backupTrashNone: "Der Papierkorb ist leer.",
  backupActions: "Was man damit tun kann",
  backupTake: "Sicherung anlegen",
  backupTakeHow:
    "Sie bewahrt alles, wie es jetzt ist. Ein paar Worte dazu helfen, sie später zu finden; sie lassen sich ändern.",
  backupTaken: (number) => `Sicherung b${number} ist angelegt.`,
  backupDescription: "Was es ist, in deinen Worten",
  backupTags: "Schlagwörter, mit Kommas getrennt",
  backupPin: "Behalten, egal was die Regeln sagen",
  backupDescribe: "Beschreiben",
  backupDescribed: "Gespeichert.",
  backupForget: "In den Papierkorb",
  backupForgetSure: (number) =>
    `b${number} in den Papierkorb legen? Dort bleibt sie mindestens sieben Tage und lässt sich bis dahin zurückholen. Deine Lieder bleiben, wie sie sind.`,
  backupForgotten: "Sie ist jetzt im Papierkorb.",
  backupInTrash: (when) =>
    `Sie ist seit ${when} im Papierkorb. Was darin ist, lässt sich zurückholen, sobald sie dort heraus ist.`,
  backupUndelete: "Aus dem Papierkorb holen",
  backupUndeleted: "Sie ist nicht mehr im Papierkorb.",
  backupThere: "Beschreiben oder wegwerfen, auf dem Computer, der die Bibliothek hat",
  backupContents: "Was darin ist",
  backupNow: "Was sich zwischen ihr und jetzt geändert hat",
  backupSame: "Es ist alles noch so.",
  triggers: {
    manual: "von Hand",
    scheduled: "von selbst",
    safety: "vor dem Zurückholen",
    imported: "übernommen"
  },
  calendarDay: (day, count) =>
    `${day}: ${count === 0 ? "keine Sicherung" : count === 1 ? "1 Sicherung" : `${count} Sicherungen`}`,

  schedule: "Sicherungen, die von selbst kommen",
  scheduleSentence: (when, where) => `${when}: ${where}.`,
  scheduleNext: (when) => `Als Nächstes: ${when}.`,
  scheduleDue: "Sie ist jetzt fällig.",
  scheduleIdle: "Sie ist fällig, aber noch sichert auf diesem Computer nichts von selbst.",
  scheduleNever: "Sie kommt nie.",
  schedulePaused: "Sie ist angehalten.",
  schedulePausedUntil: (when) => `Sie ist bis ${when} angehalten.`,
  scheduleByPreferences: "Die Einstellungen von White Room wünschen sie.",
  scheduleRun: "Jetzt ausführen",
  schedulePause: "Anhalten",
  scheduleResume: "Fortsetzen",
  scheduleRan: (place, outcome) => `${place}: ${outcome}`,
  outcomes: {
    done: "erledigt",
    skipped: "seit der letzten hat sich nichts geändert",
    failed: "fehlgeschlagen",
    inconclusive: "ungewiss"
  },
  scheduleAdd: "Zeitplan hinzufügen",
  scheduleName: "Name",
  scheduleHowOften: "Wie oft",
  rhythms: {
    hourly: "jede Stunde",
    daily: "jeden Tag",
    weekdays: "Montag bis Freitag",
    weekly: "jeden Sonntag"
  },
  scheduleTime: "Um",
  scheduleKeep: "Wie viele seiner Sicherungen bleiben",
  scheduleTo: "Auch nach",
  ruleMinutes: (count) => (count === 1 ? "Jede Minute" : `Alle ${count} Minuten`),
  ruleHours: (count) => (count === 1 ? "Jede Stunde" : `Alle ${count} Stunden`),
  ruleAt: (day, times) => `${day} um ${times}`,
  ruleDays: {
    daily: "Jeden Tag",
    weekdays: "Montag bis Freitag",
    weekends: "Samstag und Sonntag",
    monday: "Jeden Montag",
    tuesday: "Jeden Dienstag",
    wednesday: "Jeden Mittwoch",
    thursday: "Jeden Donnerstag",
    friday: "Jeden Freitag",
    saturday: "Jeden Samstag",
    sunday: "Jeden Sonntag"
  },
  keys: "Schlüssel",
  keysLacking:
    "nur dieser Computer und das Passwort öffnen ihn. Ein Rettungsblatt ist eine Seite, die ihn auch öffnet, wenn beide fort sind.",
  keysWhy:
    "Kein Schlüssel wird hier je gezeigt. Ein Rettungsblatt gehört auf Papier oder einen Stick, nicht auf diesen Computer.",
  keysWho: "Wer ihn öffnen kann",
  keyHeld: "ein Schlüssel eines Computers oder eines Rettungsblatts",
  keyLocked: "ein Passwort, oder der eigene Schlüssel eines Menschen",
  keysFingerprint: (fingerprint) => `Fingerabdruck ${fingerprint}`,
  keysForked: "Zwei Computer haben die Schlüssel zugleich geändert.",
  kitThere: "ein Rettungsblatt öffnet ihn.",
  kitMake: "Rettungsblatt erstellen",
  kitHow:
    "Es wird als Datei gespeichert, eine Seite zum Drucken. Wer es hat, kann diesen Tresor lesen: Drucke es oder lege es auf einen Stick, dann lösche die Datei. Es hat einen eigenen Schlüssel, der für sich weggenommen werden kann.",
  kitMade: (file) =>
    `Es wurde als ${file} gespeichert, wo der Browser Dateien ablegt. Drucke es, teste es, dann lösche die Datei.`,
  kitTest: "Rettungsblatt testen",
  kitTested: (fingerprint) =>
    `Dieses Rettungsblatt öffnet ihn. Nichts davon wurde behalten. Fingerabdruck ${fingerprint}`,

  restores: "Zurückgeholt und unterwegs",
  restoresOnTheirWay: "Unterwegs zu einem Computer",
  restoreAll: "Die ganze Bibliothek",
  restoreTitle: "Was geschehen wird",
  restoreFrom: (when) => `So, wie es war: ${when}. Noch ist nichts geschehen.`,
  restoredFrom: (when) => `So, wie es war: ${when}`,
  sendFrom: (when) =>
    `Es geht an den Computer, der die Bibliothek hat, so, wie es war: ${when}. Noch ist nichts geschehen.`,
  restoreSafe: "Zuerst wird eine Sicherung gemacht, und ein Klick macht es rückgängig.",
  sendSafe:
    "Der Computer nimmt es aus seiner eigenen Geschichte und macht zuerst eine Sicherung. Was dort inzwischen geändert wurde, geht nie verloren.",
  restoreNow: "Jetzt zurückholen",
  sendBack: "Zurückschicken",
  restoreOutdated:
    "Die Bibliothek hat sich inzwischen geändert, und nichts wurde getan. Das ist der Plan, wie er jetzt ist; sieh ihn noch einmal an.",
  restoreExpires: (when) => `wartet bis ${when}`,
  modeHow: "Wie",
  modeReplace: "An seine Stelle",
  modeReplaceAsked: "An seine Stelle, sobald es dort erlaubt wird",
  modeCopy: "Als Kopie daneben",
  modeParts: "Nur Teile davon",
  planActions: { create: "kommt zurück", update: "wird ersetzt", delete: "wird gelöscht", keep: "bleibt" },
  planCounts: (create, update, gone, keep) =>
    [
      create > 0 && `${create} ${create === 1 ? "kommt" : "kommen"} zurück`,
      update > 0 && `${update} ${update === 1 ? "wird" : "werden"} ersetzt`,
      gone > 0 && `${gone} ${gone === 1 ? "wird" : "werden"} gelöscht`,
      keep > 0 && `${keep} ${keep === 1 ? "bleibt" : "bleiben"}, wie ${keep === 1 ? "es ist" : "sie sind"}`
    ]
      .filter(Boolean)
      .join(", "),
  doneCounts: (create, update, gone, keep) =>
    [
      create > 0 && `${create} ${create === 1 ? "ist" : "sind"} zurück`,
      update > 0 && `${update} ersetzt`,
      gone > 0 && `${gone} gelöscht`,
      keep > 0 && `${keep} ${keep === 1 ? "ist" : "sind"} geblieben`
    ]
      .filter(Boolean)
      .join(", "),
  doneLately: "Was geschehen ist und sich zurücknehmen lässt",
  doneSure: "Das zurücknehmen? Was seither geändert wurde, bleibt, und auch das lässt sich zurücknehmen.",
  doneUndoneInPart: (count) =>
    `Es ist zurückgenommen, bis auf ${count === 1 ? "eine Sache, die seither geändert wurde" : `${count} Sachen, die seither geändert wurden`}.`,
  planNothing: "Nichts würde sich ändern: Es ist schon so.",
  planMore: (count) => `… und ${count} weitere`,
  planConflict: "Es wurde seither geändert.",
  planReplacing: "Es zu nehmen, wie es war, würde ändern:",
  choiceFor: (name) => `Was mit ${name} geschehen soll`,
  choices: {
    keep: "Lassen, wie es jetzt ist",
    replace: "Nehmen, wie es war",
    both: "Beides behalten",
    combine: "Zusammenführen"
  },
  choiceParts: "Teil für Teil wählen",
  partsHelp: "Was du nicht wählst, bleibt, wie es jetzt ist.",
  partsNoneYet: "Wähle oben, was zurückkommt.",
  partsAll: "Alle, wie sie waren",
  partsNone: "Alle, wie sie jetzt sind",
  partChoices: {
    keep: "wie es jetzt ist",
    replace: "wie es war",
    both: "beides nebeneinander",
    combine: "zusammengeführt"
  },
  resultSee: "Sehen und hören, was daraus wird",
  bothSides: "Beides sehen und hören",
  undo: "Rückgängig",
  restoreReasons: {
    NotWanted: "Wer die Bibliothek hat, oder die Einstellung dort, wollte es nicht.",
    AnotherHistory: "Die Bibliothek dort hat inzwischen eine andere Geschichte.",
    NotKept: "Was gewünscht war, ist dort nicht mehr aufbewahrt.",
    Failed: "Es ließ sich dort nicht ausführen.",
    Expired: "Der Computer hat sich nicht rechtzeitig gemeldet."
  },
  undoThere: "Um es rückgängig zu machen, auf jenem Computer:",
  takeBack: "Zurücknehmen",
  restoreStates: {
    planned: "Geplant",
    waiting: "Wartet auf den Computer",
    heard: "Der Computer weiß davon",
    applied: "Es ist zurück",
    refused: "Es wurde abgelehnt",
    failed: "Es hat nicht geklappt",
    cancelled: "Zurückgenommen",
    undone: "Rückgängig gemacht"
  },
  restoreTold: {
    planned: "Noch ist nichts geschehen.",
    waiting: "Es geht von selbst weiter, sobald der Computer an ist. Du kannst diese Seite verlassen.",
    heard: "Wer ihn hat, wird gefragt, oder es wartet, bis die App dort zu ist.",
    applied: "Es ist zurück und lässt sich rückgängig machen.",
    refused: "Nichts wurde geändert.",
    failed: "Nichts wurde geändert.",
    cancelled: "Nichts wurde geändert.",
    undone: "Alles ist, wie es davor war; was später geändert wurde, bleibt."
  }
}
