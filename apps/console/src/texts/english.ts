/** Every text of the page. Names, words of changes and what errors say come from the library itself; errors are English. */
import { englishDeeds } from "./englishDeeds.js"
import { englishKeeping } from "./englishKeeping.js"
import { englishServer } from "./englishServer.js"
import { englishTimeline } from "./englishTimeline.js"
import { englishWarning } from "./englishWarning.js"
import type { Loosened } from "./Loosened.js"

export const english = {
  ...englishDeeds,
  ...englishKeeping,
  ...englishServer,
  ...englishTimeline,
  warning: englishWarning,

  language: "English",
  skip: "Skip to the library",
  loading: "One moment …",
  again: "Try again",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  back: "Back",
  more: "Show more",
  copy: "Copy",
  copied: "Copied.",
  unnamed: "(no name)",

  home: "Home",
  songs: "Songs",
  devices: "Devices",
  timeline: "Timeline",
  library: "Library",
  libraries: "Libraries",
  signOut: "Sign out",
  languageChoice: "Language",

  away: "The server cannot be reached. What you see is what it said last; it goes on by itself as soon as the server is back.",
  revoked: "Your access was ended while you were looking. Ask the person who runs the server for a new link.",
  failed: "That did not work.",

  signInTitle: "Sign in",
  signInHow:
    "This page shows the libraries that your link lets you see. Open the link that you were sent, whole, with all that stands behind #.",
  signInAdmin: "Do you run the server? This prints a link for yourself:",
  signInLocal: "Is it the library on this computer? This opens it:",
  joinTitle: "You were invited",
  joinWhat:
    "An invitation lets one computer keep its songs here, or lets you look at those of others. It is used once. Opening this page used nothing up.",
  joinDevice: "On the computer with your songs",
  joinInstall: "Install the program (it needs Node):",
  joinConnect: "Then give it your link. It says who can read your songs, asks, and sends them:",
  joinBrowser: "To look at libraries, in this browser",
  joinBrowserHow: "If your link is for a teacher or an admin, it lets this browser in for 30 days.",
  joinButton: "Sign in here",
  joinNoCode:
    "There is no code in this address. Open the link that you were sent, whole, with all that stands behind #.",

  searchLabel: "Find in songs, now and before",
  searchHint: "A name, a word, an instrument …",
  searchNone: (what: string) => `Nothing was ever called that, or held it: ${what}`,
  searchNow: "it still does",
  searchUntil: (day: string) => `until ${day}`,
  searchIn: (fields: string) => `in ${fields}`,
  searchCount: (count: number) => (count === 1 ? "1 found" : `${count} found`),

  safe: "Safe",
  safeIn: (places: string) => `Safe: ${places}.`,
  safeHere: "here",
  safeServer: "on this server",
  safeProven: (when: string) => `, proven ${when}`,
  notSafe: "Not safe yet",
  verdictCommands: "The same in a terminal",
  copyNow: "Copy now",
  copyOffered: "A place for a copy outside this disk. Anyone who can read it there can read your songs:",
  copyTo: (place: string) => `Copy to ${place}`,
  copyNowhere: "Plug in another disk, or a stick: it is offered here as a place for a copy.",
  copyRunning: "Copying. You can go on working, and close this page.",
  copyDone: "everything is there.",
  noLibrary: "There is nothing here yet. As soon as a computer has sent its songs, they are here.",
  places: "Where it is kept",
  placeHere: "In the library itself",
  placeServer: "This server",
  placeNever: "nothing was sent yet",
  placeAway: "cannot be reached",
  placeSameDisk: "on the same disk",
  placeDiffers: (device: string, songs: number) =>
    `${device} has something that is not here: ${songs} ${songs === 1 ? "song" : "songs"}`,
  placeChanged: (count: number) => (count === 1 ? "1 change since" : `${count} changes since`),
  placeAll: "has everything",
  lastBackup: (number: number, when: string) => `Backup b${number}, ${when}`,
  noBackup: "no backup yet",
  next: "Next backup",
  nextAt: (when: string, profile: string) => `${when}${profile === "" ? "" : ` (${profile})`}`,
  nextOverdue: (since: string) => `should have come ${since}; nothing seems to take backups by itself here`,
  nextNone: "None comes by itself. Take them by hand, or let this computer do it from now on, in a terminal:",
  nextNoneThere: "Only the computer that has the library knows that.",
  checked: "Last check",
  checkedOk: (when: string) => `${when}: every byte right`,
  checkedBad: (when: string) => `${when}: found damage`,
  proven: "Proven to come back",
  neverYet: "not yet",

  today: "Changed today",
  todayNothing: "Nothing changed today.",
  week: "Changed in the last seven days",
  gone: "Deleted in the last 30 days",
  created: "new",
  deleted: "deleted",
  changed: "changed",

  allSongs: "All songs",
  songsNone: "There are no songs in this library.",
  songsNoneSo: "No song has that name.",
  songsFilter: "Filter by name",
  songsShown: (shown: number, all: number) => (shown === all ? `${all}` : `${shown} of ${all}`),
  songsAs: (when: string) => `As it was ${when}`,

  song: "Song",
  performance: "Performance",
  versions: "Versions",
  version: (number: number) => `Version ${number}`,
  versionNow: "now",
  versionDeleted: "deleted",
  versionBy: (actor: string) => `by ${actor}`,
  versionInApp: "in White Room",
  versionByItself: "by itself",
  versionBetween: (notIn: string | undefined, firstIn: string | undefined) =>
    firstIn === undefined
      ? `after ${notIn}`
      : notIn === undefined
        ? `before ${firstIn}`
        : `between ${notIn} and ${firstIn}`,
  versionUnknown: "nobody knows exactly when, or by whom",
  versionFirst: "first version",
  versionGone: "This was the moment it was deleted. Choose the version before it to see what was in it.",
  isDeleted: "It is deleted now. Every version of it is still here.",
  differences: "What is different now",
  differencesBefore: "What this version changed",
  differencesGone: "It was deleted after that",
  differencesNone: "Nothing is different.",
  differencesSpelling: "It means the same; only its spelling is different.",
  contentGone: "The content of this version is no longer kept. What changed is still known, in words.",

  roll: "Notes",
  rollHelp:
    "Drag to move, pull two fingers apart to zoom. A click or a tap sets the bar from which you listen, as arrow keys do; plus and minus zoom too.",
  alone: {
    listen: "Listen",
    only: "",
    now: "",
    status: (bar: number, bars: number, same: number, _then: number, _now: number) =>
      `Bar ${bar} of ${bars}: ${same} ${same === 1 ? "note" : "notes"}.`
  },
  past: {
    listen: "Listen to then",
    only: "only then",
    now: "only now",
    status: (bar: number, bars: number, same: number, then: number, now: number) =>
      `Bar ${bar} of ${bars}: ${same} notes the same, ${then} only then, ${now} only now.`
  },
  future: {
    listen: "Listen to what it will be",
    only: "comes",
    now: "goes",
    status: (bar: number, bars: number, same: number, then: number, now: number) =>
      `Bar ${bar} of ${bars}: ${same} notes stay, ${then} come, ${now} go.`
  },
  rollSame: "the same",
  rollTracks: "Tracks",
  rollNone:
    "This song holds rules, not notes, so there is nothing to draw or to hear. What is different stands above in words.",
  rollNoneAlone: "This song holds rules, not notes, so there is nothing to draw or to hear.",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  document: "The document as it is stored",
  documentThen: "Then",
  documentNow: "Now",

  listen: "Listen",
  listenNow: "Listen to now",
  stop: "Stop",
  fromBar: (bar: number) => `from bar ${bar}`,
  playing: (bar: number) => `Playing, bar ${bar}`,
  noSound: "This browser makes no sound by itself.",

  bringBack: "Bring back",
  bringBackThis: "Bring this back",
  command: "The same in a terminal",
  sealed:
    "This library is sealed: only a computer with its key can read it. The server keeps it and cannot look inside.",

  sealedShort: "sealed",

  person: "Name",
  role: "May",
  roles: {
    device: "keep its songs here",
    "push-only": "send, not read",
    teacher: "look at libraries",
    admin: "everything",
    service: "make and write libraries"
  },
  lastUsed: "Last used",
  lastFrom: (address: string) => `from ${address}`,
  expires: "Until",
  forever: "until it is revoked",
  revoke: "Revoke",
  revokeSure: (name: string) => `End the access of ${name} at once? What was sent stays, and is still here.`,
  revoked1: (name: string) => `The access of ${name} has ended.`,
  accessTitle: "Who has access",
  invite: "Invite",
  inviteNames: "Names, one a line",
  inviteRole: "They may",
  inviteSealed: "Sealed: nobody but they can read the songs",
  inviteLibraries: "Which libraries",
  inviteButton: "Make the links",
  inviteMade:
    "The links are shown once, here. Print them or pass them on now: the server keeps only their hashes.",
  invitePrint: "Print the sheet",
  inviteSheet: (host: string) => `Keep your songs at ${host}`,
  inviteUntil: (day: string) => `It can be used once, until ${day}.`,
  invitations: "Invitations",
  invitationsNone: "No invitation is open.",
  inviteTries: (tries: number) => (tries === 1 ? "1 try left" : `${tries} tries left`),
  withdraw: "Withdraw",
  used: "Used",
  audit: "What was done",
  auditNone: "Nothing was done yet.",
  notAdmin: "Only an admin of the server sees who has access."
}

/** What a language must say: all that English says. */
export type Texts = Loosened<typeof english>
