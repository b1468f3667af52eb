/**
 * The library: everything one can do with a White Room library file, as Effects. `openLibrary` gives the object, `layer`
 * the services of core that it has.
 */
import type { Backups, Exports, ObjectStore, Performances, Preferences, Songs } from "@white-room/core"
import type * as Context from "effect/Context"
import type { ScheduleStore } from "../schedule/Schedule.js"
import type { Session, sessionOf } from "../session/Session.js"
import type { AppBackups } from "./AppBackups.js"
import type { Copies } from "./Copies.js"
import type { History } from "./History.js"
import type { Imports } from "./Imports.js"
import type { Log } from "./Log.js"
import type { Upkeep } from "./Upkeep.js"

export interface Library {
  /** @internal */
  readonly [sessionOf]: Session
  /** As it was opened. */
  readonly path: string
  /** Events: reading, following, appending, and taking over what other programs wrote. */
  readonly log: Log
  /** Bytes by their hash. */
  readonly objects: Context.Tag.Service<typeof ObjectStore>
  readonly songs: Context.Tag.Service<typeof Songs>
  readonly performances: Context.Tag.Service<typeof Performances>
  readonly preferences: Context.Tag.Service<typeof Preferences>
  /** Take, look at, restore and forget backups. */
  readonly backups: Context.Tag.Service<typeof Backups>
  /** Those of Phase 5's own, as a program of Phase 5 made them. */
  readonly appBackups: AppBackups
  /** Versions, past states, differences, undo. */
  readonly history: History
  /** Verified copies in other places. */
  readonly copies: Copies
  /** Files that leave the library. */
  readonly exports: Context.Tag.Service<typeof Exports>
  /** What is brought in. */
  readonly imports: Imports
  /** Status, check, prune, rebuild, migrations. */
  readonly upkeep: Upkeep
  /** What the scheduler keeps in the library. */
  readonly schedule: ScheduleStore
}
