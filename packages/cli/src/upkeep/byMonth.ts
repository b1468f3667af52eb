import { type BackupInfo, localParts } from "@white-room/core"
import type { Outputs } from "../schema/outputs.js"

/** What the backups of each month added. */
export const byMonth = (
  backups: ReadonlyArray<Pick<BackupInfo, "timestamp" | "newBytes">>
): Outputs["usage"]["months"] => {
  const months = new Map<string, { backups: number; newBytes: number }>()
  for (const { timestamp, newBytes } of backups) {
    const { year, month } = localParts(timestamp.getTime())
    const key = `${year}-${String(month).padStart(2, "0")}`
    const sum = months.get(key) ?? { backups: 0, newBytes: 0 }
    months.set(key, { backups: sum.backups + 1, newBytes: sum.newBytes + newBytes })
  }
  return [...months].map(([month, sum]) => ({ month, ...sum })).sort((a, b) => (a.month < b.month ? -1 : 1))
}
