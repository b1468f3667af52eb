/** The backups at a position, as a fold of events and of what segments say of them. */
import { type BackupInfo, evolveBackup, upcast } from "@white-room/core"
import { type BackupsChange, type EventRun, eventType } from "@white-room/store/transfer"

export class BackupFold {
  /** `undefined`: it is not kept any more. */
  private readonly known = new Map<string, BackupInfo | undefined>()

  get kept(): ReadonlyArray<BackupInfo> {
    return [...this.known.values()].flatMap((backup) => backup ?? []).toSorted((a, b) => a.number - b.number)
  }

  get gone(): ReadonlyArray<string> {
    return [...this.known].flatMap(([id, backup]) => (backup === undefined ? [id] : []))
  }

  /** Takes what a segment says. */
  take({ since, kept, gone }: BackupsChange): void {
    if (since === 0) this.known.clear()
    for (const backup of kept) this.known.set(backup.backupId, backup)
    for (const id of gone) this.known.set(id, undefined)
  }

  /** Takes the next events, those up to a position. @throws MalformedData for one that cannot be read */
  run({ first, events, commands }: EventRun, until: number): void {
    const times = new Map(commands.map(({ number, recordedAt }) => [number, recordedAt]))
    for (const [index, { command, subject, id, type: stored, schema, payload: bytes }] of events.entries()) {
      if (first + index > until) return
      if (subject !== "backup") continue
      const type = eventType(stored)
      const payload = upcast(type, schema, bytes)
      const event = { type, payload, recordedAt: times.get(command) ?? 0 }
      this.known.set(id, evolveBackup(this.known.get(id), event))
    }
  }
}

/**
 * What segments that follow each other say together. Each says what changed since some position that an earlier one has, so
 * the last of those that go back farthest says it all, with those after it.
 */
export const joinBackups = (changes: ReadonlyArray<BackupsChange>): BackupsChange | undefined => {
  const [first] = changes
  if (first === undefined) return undefined
  const since = changes.reduce((least, change) => Math.min(least, change.since), first.since)
  const fold = new BackupFold()
  for (const change of changes.slice(changes.findLastIndex((each) => each.since === since))) fold.take(change)
  return { since, kept: fold.kept, gone: since === 0 ? [] : fold.gone }
}
