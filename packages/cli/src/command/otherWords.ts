/** Words that people type because other programs call it so, or because it is what they want; and what does it here. */
export const otherWords: ReadonlyMap<string, readonly [command: string, does: string]> = new Map(
  (
    [
      [
        ["recover", "lost", "missing"],
        "rescue",
        "finds what is missing and brings it back; `whiteroom restore` brings back a backup or any moment"
      ],
      [["rollback", "bring-back"], "restore", "brings back songs, a backup or any moment"],
      [
        ["revert"],
        "undo",
        "takes back the last restore, import or deletion; `whiteroom restore` brings back a moment"
      ],
      [
        ["trash", "deleted"],
        "list --trash",
        "shows forgotten backups; `whiteroom undelete NAME` brings back a deleted song or backup"
      ],
      [["log"], "events", "shows every change; `whiteroom history SONG` those of one song"],
      [["versions", "version"], "history SONG", "shows every version of a song"],
      [
        ["delete", "remove", "rm"],
        "song delete NAME",
        "deletes a song, `whiteroom forget BACKUP` a backup; both can be undone"
      ],
      [["save", "snapshot", "create"], "backup", "takes a backup"],
      [["backups", "snapshots", "ls"], "list", "lists the backups; `whiteroom song list` the songs"],
      [["songs"], "song list", "lists the songs"],
      [["performances"], "performance list", "lists the performances"],
      [["compare"], "diff A B", "says in words what changed between two states"],
      [["search", "grep"], "find TEXT", "looks through every version of every song"],
      [["verify", "test", "fsck"], "check", "looks whether everything is whole; with --full every byte"],
      [
        ["sync", "upload"],
        "push",
        "sends what is new to other places; `whiteroom pull` takes over what came there"
      ],
      [["download"], "clone PLACE", "brings a library from another place to this computer"],
      [["settings", "preferences", "config"], "prefs", "shows and changes preferences"],
      [["profile", "profiles", "cron"], "schedule", "says what happens by itself, and when"],
      [["login", "join"], "connect LINK", "connects this library with a server"],
      [["gc", "clean", "cleanup"], "prune", "lets go of old backups by rules, into the trash"],
      [
        ["info", "stats", "du"],
        "usage",
        "says what takes how much room; `whiteroom status` whether all is safe"
      ]
    ] as const
  ).flatMap(([words, command, does]) => words.map((word) => [word, [command, does]] as const))
)
