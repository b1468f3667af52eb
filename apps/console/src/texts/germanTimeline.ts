import type { englishTimeline } from "./englishTimeline.js"
import type { Loosened } from "./Loosened.js"

export const germanTimeline: Loosened<typeof englishTimeline> = {
  timelineHelp:
    "Zieh die Linie über die Zeit, oder nimm ihre Pfeiltasten, und sieh, wie alles damals war. Zwei Finger vergrößern, ebenso Plus und Minus oder Strg und das Mausrad.",
  timelineLine: "Zeitpunkt",
  timelineLanes: "Lieder, und wann sie geändert wurden",
  timelineAt: (when) => `Wie es war: ${when}`,
  timelineNow: "Wie es jetzt ist",
  timelineToNow: "Zurück zu jetzt",
  timelineBefore: "Zur Sicherung oder Rückholung davor",
  timelineAfter: "Zur nächsten Sicherung oder Rückholung",
  timelineAll: "Alles zeigen",
  timelineOrder: "Reihenfolge",
  timelineOrders: { changed: "Zuletzt geändert zuerst", name: "Nach Namen" },
  timelineSongs: "Alle Lieder, wie sie waren",
  timelineChanges: (count) =>
    count === 0
      ? "keine Änderung in dem, was zu sehen ist"
      : count === 1
        ? "1 Änderung in dem, was zu sehen ist"
        : `${count} Änderungen in dem, was zu sehen ist`,
  timelineSame: "wie jetzt",
  timelineAbsent: "war nicht da",
  timelineDeleted: "jetzt gelöscht",
  timelineDarker: "Änderungen, je mehr, desto dunkler",
  timelineDeletion: "Löschung",
  timelineMarks: {
    backup: "Sicherung",
    restore: "Rückholung",
    undo: "Rückgängig gemacht",
    import: "Übernahme",
    pull: "von einem anderen Gerät"
  },
  timelineMark: (what, count) => (count === 1 ? what : `${what} (${count})`)
}
