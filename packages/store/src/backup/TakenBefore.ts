/** Backups that can be asked for again: a command that took one takes no other. */
import {
  BackupNotFound,
  CommandReused,
  equalBytes,
  type TakenBackup,
  type TakeOptions,
  utf8
} from "@white-room/core"
import { repeatableCommand } from "../log/Commands.js"
import { readEvents } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import type { Session } from "../session/Session.js"
import { backupById } from "./Catalog.js"

/** What is asked for, by which a command is known again; `undefined` for one that cannot be. */
export const requestOfTake = ({
  commandId,
  description = "",
  tags = [],
  pinned = false,
  trigger = "manual",
  profile = "",
  skipIfUnchanged = false
}: TakeOptions): Uint8Array | undefined =>
  commandId === undefined
    ? undefined
    : sha256(utf8(JSON.stringify([description, tags, pinned, trigger, profile, skipIfUnchanged])))

/**
 * The backup that the same command took before; `undefined` when it took none.
 * @throws CommandReused | BackupNotFound when it has expired meanwhile
 */
export const takenBefore = (session: Session, options: TakeOptions): TakenBackup | undefined => {
  const { commandId } = options
  const request = requestOfTake(options)
  if (commandId === undefined || request === undefined) return undefined
  const earlier = repeatableCommand(session.db, commandId)
  if (earlier === undefined) return undefined
  if (!equalBytes(earlier.requestHash, request)) throw new CommandReused({ commandId })
  const { first, last } = earlier
  const events = readEvents(session.db, first - 1, last - first + 1)
  const id = events.find(({ type }) => type === "BackupTaken")?.id ?? ""
  const backup = backupById(session.db, id)
  if (backup === undefined) throw new BackupNotFound({ backup: id })
  return { ...backup, changed: 0, skipped: false, repeated: true }
}
