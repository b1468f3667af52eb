import { execFileSync } from "node:child_process"
import { readFileSync, realpathSync } from "node:fs"
import * as path from "node:path"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"

/** The file that every `whiteroom` is, by whichever link it was started. */
const program = "whiteroom.mjs"

const isScript = (word: string): boolean =>
  path.basename(word) === program || path.basename(realpathSync(word)) === program

const isOursOnLinux = (pid: number): boolean => {
  const [, ...words] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")
  return isScript(words.find((word) => !word.startsWith("-")) ?? "")
}

/** Words and what parts them look alike there. */
const isOursByPs = (pid: number): boolean =>
  /^\S*node\S* .*\/whiteroom(?:\.mjs)?(?: |$)/.test(
    execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 3000
    }).trim()
  )

/** Whether a process is a `whiteroom` of any version: a daemon, a backup, its pages. False where the system does not tell. */
const isOurs = (pid: number): boolean => {
  try {
    return process.platform === "linux" ? isOursOnLinux(pid) : isOursByPs(pid)
  } catch {
    return false
  }
}

/**
 * Programs that have a library open and may be the app, which saves what it has in memory. What is `whiteroom` itself saves nothing over
 * anything: it is not among them.
 */
export const openApps = (library: Library) =>
  Effect.map(library.upkeep.otherPrograms, (programs) => programs.filter(({ pid }) => !isOurs(pid)))
