/**
 * A whole number with its thousands apart: `12,345`. ICU, which Node asks for the same, takes as long to begin as a tenth
 * of a command.
 *
 * @example
 * ```ts
 * import { formatCount } from "@white-room/core"
 *
 * formatCount(12_345) // "12,345"
 * ```
 */
export const formatCount = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/g, ",")
