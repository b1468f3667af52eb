/** Restores that can be asked for again: a command that was done before is not done twice. */
import {
  CommandReused,
  decodeBackupRestored,
  decodeOperationUndone,
  emptyRestoreResult,
  encodePlan,
  equalBytes,
  type Kind,
  kinds,
  type OnConflict,
  type RestoreCommand,
  type RestoreOptions,
  type RestoreResult,
  type RestoreSource,
  type SavedPlan,
  upcast,
  utf8
} from "@white-room/core"
import { type RepeatableCommand, repeatableCommand } from "../log/Commands.js"
import { readEvents } from "../log/EventTable.js"
import { sha256 } from "../object/Compression.js"
import type { Session } from "../session/Session.js"

/** A command by its name, what it asks for, and who asks. */
export interface Asked {
  readonly commandId: string | undefined
  readonly actor: string | undefined
  readonly requestHash: Uint8Array | undefined
}

const asked = ({ commandId, actor, request }: RestoreCommand, ofItself: () => string): Asked => ({
  commandId,
  actor,
  requestHash: commandId === undefined ? undefined : sha256(utf8(request ?? ofItself()))
})

/** A restore of a source, by what it asks for. */
export const askedRestore = (
  source: RestoreSource,
  { commandId, actor, request, onProgress: _, ...wish }: RestoreOptions & RestoreCommand
): Asked =>
  asked({ commandId, actor, request }, () =>
    JSON.stringify([source, Object.entries(wish).sort(([one], [other]) => (one < other ? -1 : 1))])
  )

/** The application of a plan. */
export const askedPlan = (plan: SavedPlan, command: RestoreCommand): Asked =>
  asked(command, () => encodePlan(plan))

/** An import, by what it takes in and how. */
export const askedImport = (
  source: string,
  { onProgress: _, ...wish }: RestoreOptions,
  command: RestoreCommand
): Asked =>
  asked(command, () =>
    JSON.stringify(["import", source, Object.entries(wish).sort(([one], [other]) => (one < other ? -1 : 1))])
  )

/** The taking back of an operation. */
export const askedUndo = (
  operation: number | undefined,
  onConflict: OnConflict | undefined,
  command: RestoreCommand
): Asked => asked(command, () => JSON.stringify(["undo", operation ?? "last", onConflict ?? "keep"]))

const page = 1000

/** What a command did, as its events say it. */
const resultOf = (session: Session, { first, last }: RepeatableCommand): RestoreResult => {
  const restored: Record<Kind, number> = { song: 0, performance: 0, preferences: 0 }
  const done = { create: 0, update: 0, delete: 0, copies: 0 }
  let source = { backupId: "", safetyBackupId: "" }
  for (let after = first - 1; first > 0 && after < last; after += page)
    for (const { subject, type, schema, payload, position } of readEvents(session.db, after, page)) {
      if (position > last) break
      if (type === "BackupRestored")
        source = decodeBackupRestored(upcast(type, schema, payload, session.db.upcasters))
      const kind = kinds.find((each) => each === subject)
      if (kind === undefined) continue
      restored[kind]++
      done[type.endsWith("Created") ? "create" : type.endsWith("Deleted") ? "delete" : "update"]++
    }
  const { create, update, delete: deleted } = done
  return {
    ...emptyRestoreResult(source.backupId),
    songsRestored: restored.song,
    performancesRestored: restored.performance,
    preferencesRestored: restored.preferences,
    plan: { create, update, delete: deleted, keep: 0, unchanged: 0 },
    done,
    repeated: true,
    ...(source.safetyBackupId !== "" && { safetyBackupId: source.safetyBackupId })
  }
}

/** What the command did when it was done before; `undefined` when it was not. @throws CommandReused */
export const doneBefore = (
  session: Session,
  { commandId, requestHash }: Asked
): RestoreResult | undefined => {
  if (commandId === undefined || requestHash === undefined) return undefined
  const earlier = repeatableCommand(session.db, commandId)
  if (earlier === undefined) return undefined
  if (!equalBytes(earlier.requestHash, requestHash)) throw new CommandReused({ commandId })
  return resultOf(session, earlier)
}

/** The backups that a command took in. */
export const backupsBefore = (session: Session, commandId: string): ReadonlyArray<string> => {
  const earlier = repeatableCommand(session.db, commandId)
  const found: Array<string> = []
  if (earlier === undefined || earlier.first === 0) return found
  for (let after = earlier.first - 1; after < earlier.last; after += page)
    for (const { type, id, position } of readEvents(session.db, after, page))
      if (position <= earlier.last && type === "BackupTaken") found.push(id)
  return found
}

/** The number of the operation that a command took back; `undefined` when it took none back. */
export const undoneBefore = (session: Session, commandId: string): number | undefined => {
  const earlier = repeatableCommand(session.db, commandId)
  if (earlier === undefined || earlier.last === 0) return undefined
  const [event] = readEvents(session.db, earlier.last - 1, 1)
  if (event?.type !== "OperationUndone") return undefined
  return decodeOperationUndone(upcast(event.type, event.schema, event.payload, session.db.upcasters)).command
}
