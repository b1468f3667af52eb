/**
 * Room on the disk of a server: pushes end before it is full, so that reading, erasing and the audit log go on. A file of
 * some size is held in reserve; when other programs fill the disk all the same, it makes way.
 */
import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as fsp from "node:fs/promises"
import * as path from "node:path"
import * as Effect from "effect/Effect"

export interface RoomLimits {
  /** Pushes are refused when less than this is free. */
  readonly freeBytes: number
  /** Or less than this share of the disk, of which so many bytes count at most. */
  readonly freeShare: number
  readonly freeShareBytes: number
  /** Held in reserve. */
  readonly reserveBytes: number
}

export interface Room {
  /** Whether an upload of so many bytes leaves enough. */
  readonly has: (bytes: number) => Effect.Effect<boolean>
  /** Bytes that are free on the disk. */
  readonly free: Effect.Effect<number>
  /** The same, below how many nothing is taken, and how large the disk is. */
  readonly look: Effect.Effect<{ readonly free: number; readonly needed: number; readonly size: number }>
  /** Holds the reserve when there is room for it, and gives it up when there is almost none left. */
  readonly tend: Effect.Effect<void>
}

/** With less than this share of the reserve free, the reserve makes way. */
const lastShare = 1 / 4

const write = async (file: string, bytes: number): Promise<void> => {
  // Of other bytes in each part: a disk that compresses is not to save any.
  const handle = await fsp.open(file, "w", 0o600)
  try {
    for (let left = bytes; left > 0; left -= 1024 * 1024)
      await handle.write(randomBytes(Math.min(left, 1024 * 1024)))
  } finally {
    await handle.close()
  }
}

/** Takes bytes of the disk: at once where the system can do that. */
const allocate = async (file: string, bytes: number): Promise<void> => {
  await fsp.writeFile(file, "", { mode: 0o600 })
  await new Promise<void>((resolve, reject) => {
    execFile("fallocate", ["-l", String(bytes), file], (error) => {
      if (error === null) resolve()
      else write(file, bytes).then(resolve, reject)
    })
  })
}

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await fsp.stat(file)).size
  } catch {
    return 0
  }
}

export const roomIn = (data: string, limits: RoomLimits): Room => {
  const reserve = path.join(data, "reserve")
  const look = () => {
    const { bavail, blocks, bsize } = fs.statfsSync(data)
    const share = Math.min(blocks * bsize * limits.freeShare, limits.freeShareBytes)
    const needed = Math.ceil(Math.max(limits.freeBytes, share))
    return { free: bavail * bsize, needed, size: blocks * bsize }
  }
  const tend = async (): Promise<void> => {
    const { free, needed } = look()
    const held = await sizeOf(reserve)
    if (held > 0 && free < limits.reserveBytes * lastShare) await fsp.rm(reserve, { force: true })
    else if (held < limits.reserveBytes && free > needed + limits.reserveBytes)
      await allocate(reserve, limits.reserveBytes)
  }
  return {
    has: (bytes) =>
      Effect.sync(() => {
        const { free, needed } = look()
        return free - bytes >= needed
      }),
    free: Effect.sync(() => look().free),
    look: Effect.sync(look),
    // A disk that is full here is nothing to stop for.
    tend: Effect.ignore(Effect.tryPromise(tend))
  }
}
