/** What was done, and why: what the library tells as fields or in set words. */

/** What was done, as the API tells it. */
export interface Deed {
  readonly what: "restore" | "import" | "delete" | "forget" | "pull" | "undo"
  readonly undone: number
  readonly of: string
  readonly kind?: "song" | "performance" | "preferences"
  readonly more: number
  readonly firstIn?: string
  readonly notIn?: string
}

const more = (count: number): string => (count === 0 ? "" : ` and ${count} more`)

const between = ({ firstIn, notIn }: Deed): string => {
  if (firstIn === undefined) return notIn === undefined ? "" : ` as it was after ${notIn}`
  return notIn === undefined ? ` as it was before ${firstIn}` : ` as it was between ${notIn} and ${firstIn}`
}

const done = (deed: Deed): string => {
  const { what, of, kind = "song" } = deed
  const said: Readonly<Record<Deed["what"], string>> = {
    restore: `restore of ${of}${between(deed)}`,
    import: `import of ${of}`,
    delete: `delete ${kind} ${of}`,
    forget: `forget ${of}`,
    pull: `pull from ${of}`,
    undo: `undo of operation ${of}`
  }
  return said[what] + more(deed.more)
}

const plural = (count: string, unit: string): string => `${count} ${unit}${count === "1" ? "" : "s"}`

export const englishDeeds = {
  deed: (deed: Deed): string => `${"undo of ".repeat(deed.undone)}${done(deed)}`,
  /** Each as the audit log of a server has it. */
  auditActions: {
    "access changed": "access changed",
    "access narrowed": "access narrowed",
    "access revoked": "access revoked",
    enrolled: "enrolled",
    erased: "erased",
    "erasing begun": "erasing begun",
    "file discarded": "file discarded",
    "files merged": "files merged",
    "invitation withdrawn": "invitation withdrawn",
    invited: "invited",
    "library changed": "library changed",
    "library checked": "library checked",
    "library leaves": "library leaves",
    "library made": "library made",
    "library stays": "library stays",
    rebuilt: "rebuilt",
    "restore planned": "restore planned",
    "restore sent": "restore sent",
    "restore heard": "restore heard",
    "restore applied": "restore applied",
    "restore refused": "restore refused",
    "restore failed": "restore failed",
    "restore cancelled": "restore cancelled",
    "restore expired": "restore expired",
    "restore undone": "restore undone",
    "settings changed": "settings changed"
  },
  /** Fields in which a text is found. */
  fields: {
    name: "name",
    composer: "composer",
    description: "description",
    genre: "genre",
    key: "key",
    tags: "tags",
    duration: "duration",
    customMetadata: "custom metadata",
    displayName: "display name",
    defaultOutputDevice: "output device",
    defaultInputDevice: "input device",
    theme: "theme",
    language: "language",
    customPreferences: "custom preferences"
  },
  /** Why a backup stays, or does not. */
  reasons: {
    newest: "newest backup",
    pinned: "pinned",
    paused: "expiry is paused: the clock jumped",
    imported: "imported: kept until you forget it",
    undoOver: "safety: its undo is over",
    undoUntil: (when: string) => `safety: undo possible until ${when}`,
    outside: (rules: string) => `outside ${rules}`,
    tag: (tag: string) => `tag ${tag}`,
    within: (count: string, unit: "day" | "hour" | "minute" | "second") => `within ${plural(count, unit)}`,
    uncertain: (rule: string) => `${rule} (time uncertain)`,
    rules: {
      last: "last",
      hourly: "hourly",
      daily: "daily",
      weekly: "weekly",
      monthly: "monthly",
      yearly: "yearly"
    }
  },
  /** What of a library was lost, as the server noted it. */
  losses: {
    deleted: (lost: string, all: string) => `${lost} of ${all} songs and other things were deleted`,
    forgotten: (lost: string, all: string) => `${lost} of ${all} backups were forgotten`,
    discarded: (files: string) => `${files} of its files were put into the trash within a day`
  }
}
