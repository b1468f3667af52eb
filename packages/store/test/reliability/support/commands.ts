/** What the test tells another process to do, as lines of JSON. */

/** A song or performance with its document, preferences with their theme; `null` when it shall be gone. */
export type Wish = readonly [key: string, content: string | null]

export type Command =
  | { readonly do: "open"; readonly path: string }
  | { readonly do: "create"; readonly path: string }
  | { readonly do: "save"; readonly wishes: ReadonlyArray<Wish> }
  | { readonly do: "import"; readonly wishes: ReadonlyArray<Wish> }
  | { readonly do: "backup"; readonly description: string }
  | { readonly do: "restore"; readonly description: string; readonly mode: "merge" | "exact" }
  | { readonly do: "forget"; readonly description: string }
  | { readonly do: "prune"; readonly keepLast: number }
  | { readonly do: "rebuild" }
  | { readonly do: "copy"; readonly folder: string }
  | { readonly do: "read" }
  /** Opens a file that may be anything, and tries everything on it. */
  | { readonly do: "examine"; readonly path: string }

export interface Order {
  readonly now: number
  readonly command: Command
}

/** What the other process answers when it is done, and not before. */
export interface Answer {
  readonly error?: string
  /** Descriptions of the backups that left the trash for good. */
  readonly expired?: ReadonlyArray<string>
  readonly count?: number
  /** What became of each thing that was tried, and what was not an error of ours. */
  readonly outcomes?: ReadonlyArray<string>
  readonly defects?: ReadonlyArray<string>
  /** The most memory the process ever had, in megabytes. */
  readonly megabytes?: number
}
