import { statSync } from "node:fs"

/** Two files on one disk are lost together. What cannot be found out counts as another disk. */
export const onSameDisk = (a: string, b: string): boolean => {
  try {
    return statSync(a).dev === statSync(b).dev
  } catch {
    return false
  }
}
