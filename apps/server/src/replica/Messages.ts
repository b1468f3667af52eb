/** What the server and its threads say to each other. */

import type {
  EntityKey,
  ExpectedVersion,
  Kind,
  LanguageTag,
  OnConflict,
  RestoreOptions
} from "@white-room/core"
import type { Backup, RestoreOutcome as Outcome, RestorePreview as Preview } from "@white-room/core/output"
import type { BackupWish } from "../api/Backups.js"
import type { ImportWish } from "../api/Imports.js"
import type { Device } from "../api/Model.js"
import type { Problem } from "../api/Problem.js"
import type { Profile as ProfileJson, ProfileWish, Run } from "../api/Profiles.js"
import type { Imported, Undone } from "../api/Results.js"
import type { WrittenAll, WrittenOne } from "../api/Writes.js"
import type { Head } from "../control/Ownership.js"
import type { Question } from "./Question.js"
import type { LossesSince } from "./Survey.js"

type RestorePreview = typeof Preview.Type
type RestoreOutcome = typeof Outcome.Type
type BackupJson = typeof Backup.Encoded

/** Where a restore comes from, and what of it. */
export interface Origin {
  readonly position: number
  readonly chainHash: string
  /** `b31`, or `@1234`. */
  readonly source: string
  readonly savedAt: number
  /** How far the library of a device goes here. */
  readonly seen?: { readonly position: number; readonly chainHash: string } | undefined
  readonly entities: ReadonlyArray<EntityKey & { readonly name: string }>
  readonly preview?: RestorePreview | undefined
}

/** A library that was brought to the end of a line. */
export interface Brought {
  readonly line: string
  /** The library file. Another one when it was made again. */
  readonly file: string
  readonly position: number
  readonly devices: ReadonlyArray<Device>
  /** What of it could not be brought, in words. */
  readonly damaged: ReadonlyArray<string>
}

/** What the server knows of a library besides. */
export interface Facts extends Pick<Brought, "line" | "devices" | "damaged" | "file"> {
  /**
   * `device`: the file is made of what a device pushed. `server`: it is the library itself. `here`: the same, and whoever asks is the
   * person at this computer, who is told what went wrong in the library's own words.
   */
  readonly home: "device" | "server" | "here"
  /** Of a library whose home is the server: whether it was put into its files before. */
  readonly hasArrived: boolean
  /** The folder of files that are to be sent. */
  readonly outbox: string
  /** Of a library that is written here and kept in a bucket: how far it is there, and so must be here. */
  readonly head?: Head | undefined
  /** Of a library that is written here: profiles and runs that were kept, with the number of that. */
  readonly schedule?:
    | {
        readonly number: number
        /** What they are. Without it a file that is not here is not made: it would be without them. */
        readonly text: string | undefined
        /** Another server kept them: a file that is here goes on with them. Otherwise it has them, and perhaps more. */
        readonly isOthers: boolean
      }
    | undefined
  readonly library: string
  readonly used: number
  readonly now: number
  readonly proven: { readonly at: string; readonly ok: boolean } | null
}

/** What is asked for in a restore. */
export interface RestoreIntent {
  readonly at?: string | undefined
  readonly point?: { readonly position: number; readonly chainHash: string } | undefined
  readonly options: Pick<RestoreOptions, "mode" | "only" | "asCopy" | "onConflict" | "decisions">
  /** What is told of the plan; what it does is the same in every language. */
  readonly language?: LanguageTag | undefined
}

/** A restore that was planned and not carried out. */
export interface PlannedHere {
  readonly origin: Origin
  readonly preview: RestorePreview
  /** Of everything that the plan does: a plan of the same digest does the same. */
  readonly digest: string
}

/** Who writes, and by which name it can be asked for again. */
export interface Command {
  readonly actor: string
  readonly commandId?: string | undefined
}

/** One that can be asked for again. */
interface NamedCommand extends Command {
  readonly commandId: string
}

/** What is done to a library whose home is here, and what it comes to. */
interface Changes {
  /** One entity becomes what `body` (JSON) says; without it, it is deleted. */
  readonly Write: {
    readonly kind: Kind
    readonly id: string
    readonly expected: ExpectedVersion
    readonly body: Uint8Array | undefined
    readonly command: Command
    readonly result: WrittenOne
  }
  /** Several at once, as `body` (JSON) says. */
  readonly WriteAll: {
    readonly body: Uint8Array
    readonly command: Command
    readonly result: WrittenAll
  }
  readonly Plan: { readonly intent: RestoreIntent; readonly result: PlannedHere }
  /** Carries a plan out, when it still is what it was. */
  readonly Restore: {
    readonly intent: RestoreIntent
    readonly digest: string
    readonly command: NamedCommand
    readonly result:
      | { readonly _tag: "Outdated"; readonly planned: PlannedHere }
      /** `operation`: what `undo` takes back; 0 when there was nothing to do. */
      | { readonly _tag: "Applied"; readonly outcome: RestoreOutcome; readonly operation: number }
  }
  /** A profile becomes what the wish says, or goes without one; `seen` is the tag of the one that was seen, if any. */
  readonly Profile: {
    readonly name: string
    readonly seen: string | undefined
    readonly wish: typeof ProfileWish.Type | undefined
    readonly result:
      | { readonly _tag: "Saved"; readonly profile: ProfileJson; readonly tag: string }
      | { readonly _tag: "Removed" | "Missing" | "Changed" | "TooMany" }
  }
  /** Takes the backup of a profile now. */
  readonly RunProfile: {
    readonly name: string
    readonly result:
      | { readonly _tag: "Ran"; readonly runs: ReadonlyArray<Run> }
      | { readonly _tag: "Missing" | "Busy" }
  }
  /** Brings in what a file holds that was sent; it is gone then. */
  readonly Import: {
    readonly file: string
    readonly wish: ImportWish
    /** What it asks for again: the bytes and how they are taken. */
    readonly request: string
    readonly command: NamedCommand
    readonly result: Imported
  }
  readonly Undo: {
    readonly operation: number
    readonly onConflict?: OnConflict | undefined
    readonly command: NamedCommand
    readonly result: Undone
  }
  readonly Take: {
    readonly options: BackupWish
    /** By which the library knows it when it is asked for again. */
    readonly commandId: string
    readonly actor: string
    readonly result: BackupJson
  }
  readonly Edit: {
    readonly backup: string
    readonly change: BackupWish
    readonly actor: string
    readonly result: BackupJson
  }
  readonly Forget: { readonly backup: string; readonly actor: string; readonly result: BackupJson }
  readonly Undelete: { readonly backup: string; readonly actor: string; readonly result: BackupJson }
}

type ChangeTag = keyof Changes

/** One of them, as it is asked for. */
export type Change = { readonly [Tag in ChangeTag]: ChangeOf<Tag> }[ChangeTag]

export type ChangeOf<Tag extends ChangeTag> = { readonly _tag: Tag } & Omit<Changes[Tag], "result">

/** What one comes to. */
export type ResultOf<Tag extends ChangeTag> = Changes[Tag]["result"]

/** What was done, and how far the library goes since. */
export interface Changed<Result> {
  readonly value: Result
  readonly position: number
}

/** What a look at what is due came to. */
export interface RanHere {
  /** Runs that took a backup, of all that there were. */
  readonly taken: number
  readonly runs: number
  readonly position: number
  /** When something is due next, in epoch milliseconds; `undefined`: never, as it is. */
  readonly nextAt: number | undefined
}

/** What of a library that is written here was put into its files. */
export interface PushedHere {
  readonly position: number
  /** Events that were put there. */
  readonly events: number
  /** The names of new files. */
  readonly put: ReadonlyArray<string>
  /** What it takes up since: see `costOf`. */
  readonly bytes: number
  /** Its many small files are to be merged. */
  readonly isUpkeepDue: boolean
  /** Where it is, for who goes on from there. */
  readonly head: Head
  /** Its profiles and runs, where they are others than were kept last. */
  readonly schedule: string | undefined
}

export interface Answer {
  /** How far the library went. */
  readonly position: number
  readonly body: Uint8Array
  /** A file to be sent in the place of the body, and then removed. */
  readonly file?: { readonly path: string; readonly bytes: number; readonly name: string } | undefined
  readonly isJson: boolean
  /** Of what is told as it is now: by it a change of it is told. */
  readonly tag?: string | undefined
}

/** How far a library has gone, and whether a backup was among that. */
export interface Looked {
  readonly position: number
  readonly hasBackup: boolean
}

/** What making a library again came to. */
export interface Proven {
  readonly bytes: number
  readonly damaged: ReadonlyArray<string>
}

export type Request =
  | { readonly _tag: "Bring"; readonly library: string; readonly line: string | undefined }
  /** Makes the library again at the next `Bring`. */
  | { readonly _tag: "Discard"; readonly library: string; readonly line: string | undefined }
  | { readonly _tag: "Read"; readonly question: Question; readonly facts: Facts }
  /** How far a library has gone since, with what other programs wrote. */
  | { readonly _tag: "Look"; readonly after: number | undefined; readonly facts: Facts }
  | { readonly _tag: "Change"; readonly change: Change; readonly facts: Facts }
  /** Runs what is due in a library that is written here. */
  | { readonly _tag: "RunDue"; readonly facts: Facts }
  /** Puts what is new in a library that is written here into its files, as its device would. */
  | {
      readonly _tag: "Push"
      readonly facts: Facts
      /** The mark of the profiles and runs that were kept last, where that is known. */
      readonly schedule: string | undefined
    }
  /** Merges the small files of a library that is written here. */
  | { readonly _tag: "KeepUp"; readonly facts: Facts; readonly mayReclaim: boolean }
  /** Makes a library of all its files in a place of its own, and throws it away. */
  | { readonly _tag: "Prove"; readonly library: string }
  /** Merges the small files of a library that its devices pushed. */
  | { readonly _tag: "Tidy"; readonly library: string; readonly reclaim: boolean }
  /** What is gone since a look; what a digest tells from a time on. Both read the files, and make nothing. */
  | { readonly _tag: "Losses"; readonly library: string; readonly since: LossesSince | undefined }
  | { readonly _tag: "Week"; readonly library: string; readonly from: number }
  /** Removes the file of a library that is written here; not one that has something that is nowhere else, or that somebody uses. */
  | {
      readonly _tag: "Drop"
      readonly facts: Facts
      /** As of `Push`. */
      readonly schedule: string | undefined
    }
  /** Closes a file that is about to go. */
  | { readonly _tag: "Close"; readonly file: string }

export interface Asked {
  readonly id: number
  readonly request: Request
}

export interface Progress {
  readonly step: string
  readonly done: number
  readonly total: number
}

export type Told =
  | { readonly _tag: "Done"; readonly id: number; readonly value: unknown }
  | { readonly _tag: "Problem"; readonly id: number; readonly problem: Problem }
  /** The file is not what it was made as, or is not there. */
  | { readonly _tag: "Spoilt"; readonly id: number; readonly isGone: boolean }
  | { readonly _tag: "Fault"; readonly id: number; readonly text: string }
  | { readonly _tag: "Progress"; readonly id: number; readonly progress: Progress }
