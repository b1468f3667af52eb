const units = ["KB", "MB", "GB"]

/** A number of bytes as Phase 5 said it: two decimals always, no unit above GB: `500.00 B`, `1.50 MB`, `2048.00 GB`. */
export const formatBackupSize = (bytes: number): string => {
  let [size, unit] = [bytes, "B"]
  for (const next of units) {
    if (size < 1024) break
    size /= 1024
    unit = next
  }
  return `${size.toFixed(2)} ${unit}`
}
