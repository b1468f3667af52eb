/**
 * What became of backups, in pages. A segment with events about backups has them; its end says since when.
 *
 * ```
 * backups = [backup …]                             those that are kept, by number, then those that are not
 * backup  = [bytes payload of a BackupTaken], or with the time at which it was forgotten after it
 *         | [nil, text id]                         it is not kept any more
 * ```
 */
import {
  backupOfTaken,
  decodeBackupTaken,
  encodeBackupTaken,
  MessagePack,
  takenOfBackup
} from "@white-room/core"
import type { BackupsChange } from "@white-room/store/transfer"
import { packBody } from "./packBody.js"
import { paged } from "./paged.js"

const { bytes, count, decode, encode, text } = MessagePack

/** The pages that say so. */
export const backupPages = ({ kept, gone }: BackupsChange): ReadonlyArray<Uint8Array> => {
  const described = kept
    .toSorted((a, b) => a.number - b.number)
    .map((backup) => {
      const payload = encodeBackupTaken(takenOfBackup(backup))
      const at = backup.forgottenAt
      return { weight: payload.length + 16, fields: [bytes(payload), ...(at ? [count(at.getTime())] : [])] }
    })
  const removed = gone.map((id) => ({ weight: 3 * id.length + 8, fields: [null, text(id)] }))
  return Array.from(
    paged([...described, ...removed], ({ weight }) => weight),
    (page) => packBody(encode(page.map(({ fields }) => fields)))
  )
}

/** What pages say. @throws MalformedData */
export const decodeBackupPages = (
  bodies: ReadonlyArray<Uint8Array>
): Pick<BackupsChange, "kept" | "gone"> => {
  const kept: Array<BackupsChange["kept"][number]> = []
  const gone: Array<string> = []
  const readBackup = (fields: MessagePack.Fields): void => {
    const payload = fields.maybeBytes()
    if (payload === undefined) return void gone.push(fields.text())
    const backup = backupOfTaken(decodeBackupTaken(payload))
    kept.push(fields.left === 0 ? backup : { ...backup, forgottenAt: new Date(fields.time()) })
  }
  for (const body of bodies) decode(body, "backups", (fields) => fields.rest((each) => each.list(readBackup)))
  return { kept, gone }
}
