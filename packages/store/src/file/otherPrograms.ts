import { execFileSync } from "node:child_process"
import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs"

/** A program that has the library file open. */
export interface OpenProgram {
  readonly pid: number
  readonly name: string
}

const onLinux = (file: string): ReadonlyArray<OpenProgram> => {
  const found: Array<OpenProgram> = []
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    try {
      const folder = `/proc/${pid}/fd`
      if (readdirSync(folder).some((fd) => isLinkTo(`${folder}/${fd}`, file)))
        found.push({ pid, name: readFileSync(`/proc/${pid}/comm`, "utf8").trim() })
    } catch {
      // A process that ended, or that belongs to somebody else: it cannot be looked into.
    }
  }
  return found
}

const isLinkTo = (link: string, file: string): boolean => {
  try {
    return readlinkSync(link) === file
  } catch {
    return false
  }
}

const byLsof = (file: string): ReadonlyArray<OpenProgram> => {
  const output = execFileSync("lsof", ["-F", "pc", "--", file], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 3000
  })
  const found: Array<OpenProgram> = []
  for (const line of output.split("\n")) {
    if (line.startsWith("p")) found.push({ pid: Number(line.slice(1)), name: "" })
    else if (line.startsWith("c")) {
      const last = found.pop()
      if (last !== undefined) found.push({ ...last, name: line.slice(1) })
    }
  }
  return found.filter(({ pid }) => pid !== process.pid)
}

/** Other programs that have a file open, as far as the system tells; none where it does not. */
export const otherPrograms = (file: string): ReadonlyArray<OpenProgram> => {
  try {
    const real = realpathSync(file)
    return process.platform === "linux" ? onLinux(real) : process.platform === "win32" ? [] : byLsof(real)
  } catch {
    return []
  }
}
