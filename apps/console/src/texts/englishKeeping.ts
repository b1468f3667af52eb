/** The texts on backups, what takes them by itself, and bringing back. */
export const englishKeeping = {
  backups: "Backups",
  backupsNone: "No backup was taken yet.",
  backupsList: "List",
  backupsCalendar: "Calendar",
  backupAdded: (size: string) => `added ${size}`,
  backupHas: (songs: number, performances: number) =>
    `${songs} ${songs === 1 ? "song" : "songs"}${performances > 0 ? `, ${performances} ${performances === 1 ? "performance" : "performances"}` : ""}`,
  backupPinned: "pinned",
  backupTrash: "Trash",
  backupTrashUntil: (when: string) => `rests until ${when} at least`,
  backupsRules: "What stays",
  retentionWhat:
    "What rules would keep and let go, and why. Nothing is done here; pins and the newest always stay.",
  retentionRules: "Rules",
  retentionOwn: "as they stand here",
  retentionKeep: "Keep",
  retentionCounts: {
    keepLast: "the last",
    keepDaily: "one a day, how many days",
    keepWeekly: "one a week, how many weeks",
    keepMonthly: "one a month, how many months",
    keepYearly: "one a year, how many years"
  },
  retentionWould: (keep: number, leaving: number) =>
    leaving === 0
      ? `All ${keep} stay.`
      : `${keep} ${keep === 1 ? "stays" : "stay"}, ${leaving} ${leaving === 1 ? "goes" : "go"} to the trash.`,
  retentionExpiring: (count: number) =>
    `${count} would leave the trash for good, as ${count === 1 ? "its" : "their"} time there is over.`,
  retentionPaused: "The clock of this computer jumped: nothing goes until it has been right for seven days.",
  retentionLast: "In no other backup, and not in the library any more:",
  retentionStays: "stays",
  retentionGoes: "goes",
  retentionDo: "To do it, in a terminal",
  backupTrashNone: "The trash is empty.",
  backupActions: "What can be done with it",
  backupTake: "Take a backup",
  backupTakeHow: "It keeps everything as it is now. Words for it help to find it later; they can be changed.",
  backupTaken: (number: number) => `Backup b${number} was taken.`,
  backupDescription: "What it is, in your words",
  backupTags: "Tags, between commas",
  backupPin: "Keep it whatever the rules say",
  backupDescribe: "Describe it",
  backupDescribed: "Saved.",
  backupForget: "Move to the trash",
  backupForgetSure: (number: number) =>
    `Move b${number} to the trash? It rests there for seven days at least and can be brought back until then. Your songs stay as they are.`,
  backupForgotten: "It is in the trash now.",
  backupInTrash: (when: string) =>
    `It has been in the trash since ${when}. What it holds can be brought back as soon as it is out of there.`,
  backupUndelete: "Take it out of the trash",
  backupUndeleted: "It is out of the trash.",
  backupThere: "To describe or forget it, on the computer that has the library",
  backupContents: "What is in it",
  backupNow: "What changed between it and now",
  backupSame: "Nothing is different now.",
  triggers: {
    manual: "taken by hand",
    scheduled: "by itself",
    safety: "before a restore",
    imported: "imported"
  },
  calendarDay: (day: string, count: number) =>
    `${day}: ${count === 0 ? "no backup" : count === 1 ? "1 backup" : `${count} backups`}`,

  schedule: "Backups that come by themselves",
  scheduleSentence: (when: string, where: string) => `${when}: ${where}.`,
  scheduleNext: (when: string) => `Next: ${when}.`,
  scheduleDue: "It is due now.",
  scheduleIdle: "It is due, but nothing on this computer takes backups by itself yet.",
  scheduleNever: "It never comes.",
  schedulePaused: "It is paused.",
  schedulePausedUntil: (when: string) => `It is paused until ${when}.`,
  scheduleByPreferences: "The settings of White Room ask for it.",
  scheduleRun: "Run now",
  schedulePause: "Pause",
  scheduleResume: "Go on",
  scheduleRan: (place: string, outcome: string) => `${place}: ${outcome}`,
  outcomes: {
    done: "done",
    skipped: "nothing changed since the last one",
    failed: "failed",
    inconclusive: "could not be told"
  },
  scheduleAdd: "Add a schedule",
  scheduleName: "What to call it",
  scheduleHowOften: "How often",
  rhythms: { hourly: "every hour", daily: "every day", weekdays: "Monday to Friday", weekly: "every Sunday" },
  scheduleTime: "At",
  scheduleKeep: "How many of its backups stay",
  scheduleTo: "Also to",
  ruleMinutes: (count: number) => (count === 1 ? "Every minute" : `Every ${count} minutes`),
  ruleHours: (count: number) => (count === 1 ? "Every hour" : `Every ${count} hours`),
  ruleAt: (day: string, times: string) => `${day} at ${times}`,
  ruleDays: {
    daily: "Every day",
    weekdays: "Monday to Friday",
    weekends: "Saturday and Sunday",
    monday: "Every Monday",
    tuesday: "Every Tuesday",
    wednesday: "Every Wednesday",
    thursday: "Every Thursday",
    friday: "Every Friday",
    saturday: "Every Saturday",
    sunday: "Every Sunday"
  },
  keys: "Keys",
  keysLacking:
    "only this computer and its passphrase open it. A recovery kit is one page that opens it too, when both are gone.",
  keysWhy: "No key is ever shown here. Keep a kit on paper or on a stick, not on this computer.",
  keysWho: "Who may open it",
  keyHeld: "a key of a computer or a kit",
  keyLocked: "a passphrase, or a person's own key",
  keysFingerprint: (fingerprint: string) => `Fingerprint ${fingerprint}`,
  keysForked: "Two computers changed the keys at once.",
  kitThere: "a recovery kit opens it.",
  kitMake: "Make a recovery kit",
  kitHow:
    "It is saved as a file, a page to be printed. Anyone who has it can read this vault: print it or put it on a stick, then delete the file. It has a key of its own, which can be taken away alone.",
  kitMade: (file: string) =>
    `It was saved as ${file}, where your browser saves files. Print it, test it, then delete the file.`,
  kitTest: "Test a kit",
  kitTested: (fingerprint: string) => `This kit opens it. Nothing of it was kept. Fingerprint ${fingerprint}`,

  restores: "Brought back, and on its way",
  restoresOnTheirWay: "On its way to a computer",
  restoreAll: "The whole library",
  restoreTitle: "What will happen",
  restoreFrom: (when: string) => `As it was: ${when}. Nothing has happened yet.`,
  restoredFrom: (when: string) => `As it was: ${when}`,
  sendFrom: (when: string) =>
    `It goes to the computer that has the library, as it was: ${when}. Nothing has happened yet.`,
  restoreSafe: "A safety backup is taken first, and one click undoes it.",
  sendSafe:
    "The computer takes it from its own history, with a safety backup first. What was changed there meanwhile is never lost.",
  restoreNow: "Bring it back now",
  sendBack: "Send back",
  restoreOutdated:
    "The library changed meanwhile, and nothing was done. This is the plan as it is now; look at it once more.",
  restoreExpires: (when: string) => `waits until ${when}`,
  modeHow: "How",
  modeReplace: "In its place",
  modeReplaceAsked: "In its place, as soon as its owner agrees",
  modeCopy: "As a copy beside it",
  modeParts: "Only parts of it",
  planActions: { create: "comes back", update: "is replaced", delete: "is deleted", keep: "stays" },
  planCounts: (create: number, update: number, gone: number, keep: number) =>
    [
      create > 0 && `${create} ${create === 1 ? "comes" : "come"} back`,
      update > 0 && `${update} ${update === 1 ? "is" : "are"} replaced`,
      gone > 0 && `${gone} ${gone === 1 ? "is" : "are"} deleted`,
      keep > 0 && `${keep} ${keep === 1 ? "stays" : "stay"} as ${keep === 1 ? "it is" : "they are"}`
    ]
      .filter(Boolean)
      .join(", "),
  doneCounts: (create: number, update: number, gone: number, keep: number) =>
    [
      create > 0 && `${create} came back`,
      update > 0 && `${update} ${update === 1 ? "was" : "were"} replaced`,
      gone > 0 && `${gone} ${gone === 1 ? "was" : "were"} deleted`,
      keep > 0 && `${keep} stayed as ${keep === 1 ? "it is" : "they are"}`
    ]
      .filter(Boolean)
      .join(", "),
  doneLately: "What was done, and can be taken back",
  doneSure: "Take this back? What was changed since stays, and this can be taken back too.",
  doneUndoneInPart: (count: number) =>
    `It is taken back, but for ${count} ${count === 1 ? "thing that was" : "things that were"} changed since.`,
  planNothing: "Nothing would change: it is already so.",
  planMore: (count: number) => `… and ${count} more`,
  planConflict: "It was changed since.",
  planReplacing: "To take it as it was would change:",
  choiceFor: (name: string) => `What to do with ${name}`,
  choices: {
    keep: "Keep what it is now",
    replace: "Take it as it was",
    both: "Have both",
    combine: "Combine them"
  },
  choiceParts: "Choose part by part",
  partsHelp: "What you leave stays as it is now.",
  partsNoneYet: "Choose above what comes back.",
  partsAll: "All as they were",
  partsNone: "All as they are now",
  partChoices: {
    keep: "as it is now",
    replace: "as it was",
    both: "both, side by side",
    combine: "combined"
  },
  resultSee: "See and hear what it will be",
  bothSides: "See and hear both",
  undo: "Undo",
  restoreReasons: {
    NotWanted: "Its owner, or the settings there, did not want it.",
    AnotherHistory: "The library there has another history by now.",
    NotKept: "What was asked for is no longer kept there.",
    Failed: "It could not be carried out there.",
    Expired: "The computer was not heard of in time."
  },
  undoThere: "To undo it, on that computer:",
  takeBack: "Take it back",
  restoreStates: {
    planned: "Planned",
    waiting: "Waiting for the computer",
    heard: "The computer has heard of it",
    applied: "It is back",
    refused: "It was refused",
    failed: "It did not work",
    cancelled: "Taken back",
    undone: "Undone"
  },
  restoreTold: {
    planned: "Nothing has happened yet.",
    waiting: "It goes on by itself as soon as the computer is on. You can leave this page.",
    heard: "Its owner is asked, or it waits until the app is closed there.",
    applied: "It is done, and can be undone.",
    refused: "Nothing was changed.",
    failed: "Nothing was changed.",
    cancelled: "Nothing was changed.",
    undone: "Everything is as it was before; what was changed later stays."
  }
}
