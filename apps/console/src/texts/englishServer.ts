/** The texts for those who run a server. */
export const englishServer = {
  serverTitle: "The server",
  serverGood: "The server has room, and nothing is wrong.",
  serverNoMirror:
    "There is one copy of everything here, on the disk of this server. A mirror keeps a second one; start the server with it:",
  serverMirror: (place: string) => `Mirror: ${place}`,
  serverMirrorWaiting: (count: number) =>
    `${count} ${count === 1 ? "file is" : "files are"} on the way there`,
  serverMirrorFailing: (since: string) =>
    `The mirror has not worked since ${since}: what came after that is on this disk alone.`,
  serverDisk: (free: string, size: string) => `${free} of ${size} are free.`,
  serverFullAt: (when: string) => `If it fills as in the last 30 days, it will be full on ${when}.`,
  serverFull:
    "The disk is almost full: nothing new is taken. What is there is unharmed, and can be read and brought back.",
  serverAlerts: {
    disk: "The disk is almost full",
    mirror: "The mirror does not work",
    damage: "Not everything could be brought back last night",
    loss: "Much was deleted",
    audit: "The audit log is not as it was written"
  },
  groups: "Libraries",
  groupNone: "In no group",
  groupOf: (name: string) => `Group ${name}`,
  groupLate: (late: number, all: number) =>
    late === 0 ? `all ${all} sent something this week` : `${late} of ${all} sent nothing for a week`,
  groupMove: "Group …",
  groupMoveHow:
    "A class, a band: teachers of the group see its libraries, and get its letter together. A library is in one group. Without a name it is in none.",
  groupName: "Group",
  groupSave: "Move it",
  computer: "New computer …",
  computerHow:
    "For a second computer, or a new one in the place of one that is gone. The link is used once; everything comes back there, and goes on where it ended.",
  computerOld: "Was the old one lost or stolen? Then revoke its access below.",
  computerMake: "Make the link",
  computerLink: "On that computer, once:",
  leave: "Send away …",
  leaveHow: (count: number) =>
    `${count === 1 ? "It takes" : `These ${count} take`} nothing new from now on. For 30 days ${count === 1 ? "it" : "each"} can be taken home with a link, and kept after all; then it is erased.`,
  leaveDo: "Send away",
  leaveGroup: (group: string) => `Send away all of ${group} …`,
  leaveLinks: "To take it home, until then. The links are shown once, here:",
  leaving: (day: string) => `is erased on ${day}`,
  stay: "Keep it after all",
  erase: "Erase now …",
  eraseHow:
    "All of it goes: its songs, every version, its trash, its copy in the mirror. There is no way back. Type its id to erase it:",
  eraseTyped: "The id",
  eraseDo: "Erase for good",
  erased: (name: string) => `${name} is erased. Nothing of it is left in:`,
  erasedFiles: (place: string, files: number) => `${place}: ${files} ${files === 1 ? "file" : "files"}`,
  erasedLater: (name: string) =>
    `${name} is there for nobody any more. Not all of it could be reached yet: the server goes on, and writes the receipt into what was done.`,
  inviteGroup: "Group (a class, a band), if any",
  settings: "Letters and alerts",
  settingsWhat:
    "Once a week a letter tells of each group what was saved and what was not. At once comes only what waiting makes worse: a full disk, damage, a mirror that fails, much that was deleted.",
  settingsMail: "By mail",
  settingsTo: "To, with commas between",
  settingsServer: "Mail server, such as smtps://mail.example.com",
  settingsUser: "Its user, if it wants one",
  settingsPassword: "Its password",
  settingsPasswordKept: "Its password (the one that is there stays, unless you type another)",
  settingsNoMail: "Send no mail",
  settingsDay: "The weekly letter",
  settingsDays: {
    mondays: "on Mondays",
    tuesdays: "on Tuesdays",
    wednesdays: "on Wednesdays",
    thursdays: "on Thursdays",
    fridays: "on Fridays",
    saturdays: "on Saturdays",
    sundays: "on Sundays",
    off: "never"
  },
  settingsTime: "At",
  settingsZone: "By the clock of",
  settingsAbsent: "A library that sent nothing is told of after so many days",
  settingsWebhook: "To a program",
  settingsWebhookTo: (host: string) => `It is told to a program at ${host}.`,
  settingsWebhookGone: "Its address is gone, as after the server was made again: set it once more.",
  settingsWebhookUrl: "Address, such as https://example.com/hook",
  settingsWebhookKey: "A key of 16 letters or more, by which it knows who calls",
  settingsWebhookEnd: "Tell it no more",
  settingsGroup: (group: string) => `Who gets the letter of ${group}`,
  settingsGroupNone: "libraries in no group",
  settingsGroupTo: "To; when empty, who gets those of the server",
  settingsPause: "Paused until (holidays): no letter, and silence counts for nothing",
  settingsSaved: "Saved.",
  auditMore: "Show what was before"
}
