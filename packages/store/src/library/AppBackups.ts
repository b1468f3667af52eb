/** Phase 5's own backups: rows of the app's table, byte for byte. */
import type { BackupDocument } from "@white-room/core"
import { attempt, type Result } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import {
  type AppBackup,
  type AppBackupChange,
  editAppBackup,
  keepAppBackup,
  listAppBackups,
  readAppBackup,
  removeAppBackup
} from "../staging/AppBackups.js"

export interface AppBackups {
  /**
   * Keeps a backup as it is given, documents, size and version byte for byte, also one that nobody can read. What of it
   * can be read is a backup of the library too, under its id.
   */
  readonly keep: (backup: BackupDocument) => Result<void>
  /** Without their documents. Those whose backup is in the trash are left out. */
  readonly list: Result<ReadonlyArray<AppBackup>>
  /** As it was given; `undefined` when there is no such row. */
  readonly read: (id: string) => Result<BackupDocument | undefined>
  /** What a row says of itself. False when there is none. */
  readonly edit: (id: string, change: AppBackupChange) => Result<boolean>
  /** Removes a row that nobody could read: of every other the library has a backup. False when there is none. */
  readonly remove: (id: string) => Result<boolean>
}

export const makeAppBackups = (session: Session): AppBackups => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `appBackups.${name}`, body)
  return {
    keep: (backup) => run("keep", (now) => keepAppBackup(session, backup, now)),
    list: run("list", () => listAppBackups(session.db)),
    read: (id) => run("read", () => readAppBackup(session.db, id)),
    edit: (id, change) => run("edit", (now) => editAppBackup(session, id, change, now)),
    remove: (id) => run("remove", (now) => removeAppBackup(session, id, now))
  }
}
