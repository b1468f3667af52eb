const units = ["KB", "MB", "GB", "TB"]

/**
 * A number of bytes as a person reads it: `512 B`, `1.00 KB`, `1.50 MB`; 1 KB is 1024 bytes, TB is the largest
 * unit. A fraction of a byte is rounded, a negative number keeps its sign, and what is not a finite number is
 * `unknown size`.
 */
export const formatBackupSize = (bytes: number): string => {
  if (!Number.isFinite(bytes)) return "unknown size"
  const whole = Math.round(Math.abs(bytes))
  const sign = bytes < 0 && whole > 0 ? "-" : ""
  if (whole < 1024) return `${sign}${whole} B`
  let size = whole / 1024
  let unit = 0
  // 1023.995 would be shown as 1024.00, which is 1.00 of the next unit.
  while (Number(size.toFixed(2)) >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${sign}${size.toFixed(2)} ${units[unit]}`
}
