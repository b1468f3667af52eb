/** Who writes, as the log says it. */
import { hostname, userInfo } from "node:os"

/** `user@host` of this process. */
export const defaultActor = (): string => {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    return `unknown@${hostname()}`
  }
}

/** What no file can store is replaced, as the system that gave the name would show it. */
export const wellFormed = (name: string): string => Buffer.from(name).toString()
