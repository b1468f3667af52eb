/**
 * Pieces of the files of vaults that were read before, kept in a folder for what may be lost. What holds:
 *
 * 1. A piece is as the place gave it: of a sealed vault it is sealed. Files are 0600, folders 0700.
 * 2. A piece is believed as little as what comes from the place: the same hashes or the same key decide. Beside that each has a
 *    MAC, whose key does not lie in the folder: what somebody else put there, or moved, is passed over and removed.
 * 3. It holds 256 MB at most, and lets go first of what was not used for the longest time.
 * 4. Whatever is wrong with the folder, everything is read from the place, as without it.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { utf8 } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Where pieces are kept. */
export interface PieceCache {
  /** A piece by what it is; `undefined` where it is not there, or not what was kept. */
  readonly get: (piece: string) => Effect.Effect<Uint8Array | undefined>
  /** Keeps a piece, unless it is large, or the folder takes none. */
  readonly put: (piece: string, bytes: Uint8Array) => Effect.Effect<void>
  /** Lets go of a piece that is not what its file has. */
  readonly forget: (piece: string) => Effect.Effect<void>
}

/** Pieces are spread over 256 folders, each of which holds its part of 256 MB: only that one is looked at. */
const shardBytes = 1024 * 1024

/** A larger one is read from the place each time. */
const largestPiece = 256 * 1024

const macBytes = 32

/** Neither follows a link nor waits for who writes into a pipe. Windows has no such flags. */
const carefully = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0)

/** What goes wrong with a cache is no trouble of those who read. */
const quietly = <A>(body: () => A): A | undefined => {
  try {
    return body()
  } catch {
    return undefined
  }
}

const isOurs = (folder: string): boolean => {
  const { uid, mode } = fs.lstatSync(folder)
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0)
}

const readFile = (file: string, now: number): Uint8Array | undefined =>
  quietly(() => {
    const handle = fs.openSync(file, carefully)
    try {
      const stat = fs.fstatSync(handle)
      if (!stat.isFile() || stat.size > largestPiece + macBytes) return undefined
      const bytes = fs.readFileSync(handle)
      fs.futimesSync(handle, now / 1000, now / 1000)
      return bytes
    } finally {
      fs.closeSync(handle)
    }
  })

/** Removes what is no piece, then what was not used for the longest time, until a folder holds no more than its part. */
const makeRoom = (folder: string): void => {
  const files = fs.readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name)
    const stat = quietly(() => fs.lstatSync(file))
    if (stat?.isFile() !== true) return []
    const isPiece = stat.size <= largestPiece + macBytes
    return [{ file, bytes: stat.size, usedAt: isPiece ? stat.mtimeMs : Number.NEGATIVE_INFINITY }]
  })
  let bytes = files.reduce((sum, each) => sum + each.bytes, 0)
  for (const each of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= shardBytes) return
    fs.rmSync(each.file, { force: true })
    bytes -= each.bytes
  }
}

/** A cache in a folder, under a key that only this user has. The folder is made when the first piece is kept. */
export const pieceCache = (folder: string, key: Uint8Array): PieceCache => {
  const mac = (...parts: ReadonlyArray<Uint8Array>): Buffer => {
    const hmac = createHmac("sha256", key)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
  // The name of a file tells nothing of what it is of.
  const fileOf = (piece: string): string => {
    const name = mac(utf8(`name ${piece}`)).toString("hex", 0, 16)
    return path.join(folder, name.slice(0, 2), name.slice(2))
  }
  const macOf = (piece: string, bytes: Uint8Array): Buffer => mac(utf8(`piece ${piece}\0`), bytes)
  const forget = (piece: string) =>
    Effect.sync(() => quietly(() => fs.rmSync(fileOf(piece), { force: true })))
  return {
    get: (piece) =>
      Effect.gen(function* () {
        const kept = readFile(fileOf(piece), yield* Clock.currentTimeMillis)
        if (kept === undefined) return undefined
        const bytes = kept.subarray(macBytes)
        const isIt =
          kept.length > macBytes && timingSafeEqual(kept.subarray(0, macBytes), macOf(piece, bytes))
        if (!isIt) yield* forget(piece)
        return isIt ? bytes : undefined
      }),
    put: (piece, bytes) =>
      Effect.map(Clock.currentTimeMillis, (now) =>
        quietly(() => {
          if (bytes.length > largestPiece) return
          const file = fileOf(piece)
          const shard = path.dirname(file)
          fs.mkdirSync(shard, { recursive: true, mode: 0o700 })
          if (!isOurs(folder) || !isOurs(shard)) return
          const unfinished = `${file}.${randomBytes(6).toString("hex")}`
          try {
            fs.writeFileSync(unfinished, Buffer.concat([macOf(piece, bytes), bytes]), {
              flag: "wx",
              mode: 0o600
            })
            fs.utimesSync(unfinished, now / 1000, now / 1000)
            fs.renameSync(unfinished, file)
          } catch {
            fs.rmSync(unfinished, { force: true })
          }
          makeRoom(shard)
        })
      ),
    forget
  }
}
