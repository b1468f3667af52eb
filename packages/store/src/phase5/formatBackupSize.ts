import { formatBackupSize as format } from "@white-room/core"

/** A number of bytes as Phase 5 said it, always with two decimals: `500.00 B`, `1.00 KB`, `1.50 MB`. */
export const formatBackupSize = (bytes: number): string =>
  Math.round(Math.abs(bytes)) < 1024 ? `${bytes.toFixed(2)} B` : format(bytes)
