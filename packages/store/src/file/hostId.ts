import { createHash } from "node:crypto"
import * as fs from "node:fs"
import { hostname } from "node:os"

const attempt = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ""
  }
}

let known: string | undefined

/**
 * Tells this machine from others that write into the same folder, and one container from another: ids of processes mean
 * something only where they were given. No more than eight characters of a hash.
 */
export const hostId = (): string => {
  known ??= createHash("sha256")
    .update(
      [
        hostname(),
        attempt(() => fs.readFileSync("/etc/machine-id", "utf8")),
        attempt(() => fs.readlinkSync("/proc/self/ns/pid"))
      ].join("\u0000")
    )
    .digest("hex")
    .slice(0, 8)
  return known
}
