/** What every route needs of the server that runs. */
import type { ScheduledRun } from "@white-room/store"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { CheckRun } from "../api/Checks.js"
import type { Copies } from "../api/Copies.js"
import type { MadeKit, SealedPlace, TestedKit, VaultKeys } from "../api/Keys.js"
import type { ControlError } from "../control/Database.js"
import type { WrongCodes } from "../control/WrongCodes.js"
import type { Room, RoomLimits } from "../library/Room.js"
import type { Shelf } from "../library/Shelf.js"
import type { Mirror } from "../mirror/Mirror.js"
import type { FailureHere } from "../replica/libraryHere.js"
import type { Replicas } from "../replica/Replicas.js"
import type { KeptExport } from "./Exports.js"
import type { Hub } from "./Hub.js"
import type { Known } from "./Known.js"
import type { Metrics } from "./Metrics.js"
import type { Owners } from "./Owners.js"
import type { Running } from "./Runs.js"
import type { Site } from "./Site.js"
import type { Traces } from "./Traces.js"

/** One line of the log. Never a token, a code, a query or a body. */
export interface LogLine {
  readonly time: string
  readonly level: "info" | "error"
  readonly event: string
  readonly [field: string]: string | number | boolean | undefined
}

export interface Limits extends RoomLimits {
  /** Uploads of one access at once, and what goes on for it in one library. */
  readonly uploads: number
  /** Wrong codes from one address in a minute. */
  readonly wrongCodes: number
  /** The most bytes of one file. */
  readonly blobBytes: number
  /** The most bytes of a file that is brought in. */
  readonly importBytes: number
  /** The most bytes of all exports that are kept until they are fetched. */
  readonly exportsBytes: number
  /** The most bytes of what is written over the API at once, and of all such bodies that are on their way. */
  readonly documentBytes: number
  readonly documentsBytes: number
  /** The most bytes of what can be made again, on the disk of the server. */
  readonly copiesBytes: number
  /** Room of a new library, in bytes. */
  readonly quota: number
  /** Backups that one access may ask for in one library in a day. */
  readonly backupsADay: number
  /** Checks that one access may ask for of one library in a day, and how often it may let it go and keep it after all. */
  readonly deedsADay: number
  /** Bytes a second below which an upload that lasts longer than `patienceMs` is ended. */
  readonly slowest: number
  readonly patienceMs: number
  /** A connection on which nothing moves for so long is ended. */
  readonly stallMs: number
}

export const usualLimits: Limits = {
  uploads: 8,
  wrongCodes: 20,
  blobBytes: 1024 * 1024 * 1024,
  importBytes: 256 * 1024 * 1024,
  exportsBytes: 2 * 1024 * 1024 * 1024,
  documentBytes: 16 * 1024 * 1024,
  documentsBytes: 64 * 1024 * 1024,
  copiesBytes: 20 * 1024 * 1024 * 1024,
  quota: 5 * 1024 * 1024 * 1024,
  backupsADay: 200,
  deedsADay: 200,
  slowest: 16 * 1024,
  patienceMs: 30_000,
  stallMs: 30_000,
  freeBytes: 2 * 1024 * 1024 * 1024,
  freeShare: 0.1,
  freeShareBytes: 20 * 1024 * 1024 * 1024,
  reserveBytes: 256 * 1024 * 1024
}

/** Runs a profile of the library on this computer now, its backup and its places: by the program that has the keys of those. */
export type RunHere = (name: string) => Effect.Effect<ReadonlyArray<ScheduledRun>, FailureHere>

/** The keys of sealed vaults of the library on this computer, in the hands of the program that has them. Vaults go by their names. */
export interface KeysHere {
  /** Those that are sealed, as they are remembered. */
  readonly list: Effect.Effect<ReadonlyArray<SealedPlace>, FailureHere>
  /** Opens the vault, and says who else may. */
  readonly read: (vault: string) => Effect.Effect<VaultKeys, FailureHere>
  /** Makes a recovery kit with a key of its own. What is answered is nowhere else. */
  readonly makeKit: (vault: string) => Effect.Effect<MadeKit, FailureHere>
  /** Opens the vault with the text of a kit alone. Changes nothing, and keeps nothing of it. */
  readonly testKit: (vault: string, kit: string) => Effect.Effect<TestedKit, FailureHere>
}

/** Copies of the library on this computer at its places, in the hands of the program that makes them. */
export interface CopiesHere {
  readonly read: Effect.Effect<Copies, FailureHere>
  /** Begins to copy to all vaults, or to a new one at a place that is offered, and goes on by itself. While it does, nothing else begins. */
  readonly begin: (place: string | undefined) => Effect.Effect<Copies, FailureHere>
}

export interface Desk {
  readonly data: string
  readonly shelf: Shelf
  readonly room: Room
  readonly replicas: Replicas
  /** Which server looks after a library; another one once it has started. */
  readonly owners: () => Owners
  /** Somebody else notices and tells what is written: nobody need. */
  readonly isWatched: boolean
  /** Only where the home of the library is here. */
  readonly run?: RunHere | undefined
  readonly keys?: KeysHere | undefined
  readonly copies?: CopiesHere | undefined
  /** Wakes those who wait for something to happen. */
  readonly hub: Hub
  /** The console; empty where it was not built. */
  readonly site: Site
  readonly limits: Limits
  readonly metrics: Metrics
  readonly log: (line: LogLine) => void
  /** Who is told of each request besides, when somebody is. */
  readonly traces?: Traces | undefined
  /** Names by which the server may be called, besides its own addresses. */
  readonly hosts: ReadonlySet<string>
  /** Origins of pages of others that may use the API. */
  readonly allowedOrigins: ReadonlySet<string>
  /** The one user of this machine who is answered, as far as the system tells; `undefined`: all that may connect. */
  readonly onlyUser: number | undefined
  /** Whether `X-Forwarded-For` is believed of whoever connects from this machine. */
  readonly trustProxy: boolean
  /** Where the server is reached from outside, for links. */
  readonly url: () => string
  readonly pin: string | undefined
  /** What can be made again, as of the last look, and how often of a library it went to make room. */
  readonly cache: { bytes: number; dropped: number }
  /** Bytes of documents that are on their way, of all and of each access. */
  readonly documents: { bytes: number; readonly of: Map<string, number> }
  /** Checks that somebody asked for: those that run, by their libraries, and those that ended. */
  readonly checks: {
    readonly running: Map<
      string,
      { readonly run: CheckRun; readonly fiber: Fiber.RuntimeFiber<CheckRun, ControlError> }
    >
    readonly ended: Map<string, CheckRun>
  }
  /** Work on libraries that is under way, whether or not somebody waits for it, by library and id. */
  readonly runs: Map<string, Running>
  /** Files of exports that are kept until they are fetched, by their paths, the oldest first. */
  readonly exports: Map<string, KeptExport>
  /** Uploads that each access has on the way. */
  readonly uploading: Map<string, number>
  /** Wrong codes from each address in this minute. */
  readonly wrongCodes: WrongCodes
  /** What holds for the next request too. */
  readonly known: Known
  /** When the last use of each access was noted. */
  readonly noted: Map<string, number>
  /** The place that everything is put into besides, when there is one. */
  readonly mirror: Mirror | undefined
  /** True from the moment it is told to end. */
  readonly isStopping: () => boolean
}

export class TheDesk extends Context.Tag("@white-room/server/Desk")<TheDesk, Desk>() {}
