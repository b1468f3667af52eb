import { randomBytes } from "node:crypto"
import * as path from "node:path"
import { fromHex, toHex } from "@white-room/core"
import * as Effect from "effect/Effect"
import { type PieceCache, pieceCache } from "./read/PieceCache.js"
import { readKeptFile, replaceKeptFile } from "./seal/KeyFile.js"

/** Where pieces of vaults are kept that were read, for the next time. */
export interface CacheFolders {
  /** The folder, below the platform's one for what may be lost. It may go at any time. */
  readonly folder: string
  /** The folder of settings: in it lies the key by which this machine knows what it kept. */
  readonly settings: string
}

const isKey = /^[0-9a-f]{64}$/

/** The key of this machine, made when it is first asked for. */
const keyIn = (file: string) =>
  Effect.gen(function* () {
    const kept = (yield* readKeptFile(file))?.trim()
    if (kept !== undefined && isKey.test(kept)) return kept
    const made = toHex(randomBytes(32))
    yield* replaceKeptFile(file, `${made}\n`)
    return made
  })

/** Opens the cache of this machine; `undefined` where its key can be neither read nor kept: then nothing is. */
export const openPieceCache = ({ folder, settings }: CacheFolders): Effect.Effect<PieceCache | undefined> =>
  keyIn(path.join(settings, "keys", "cache")).pipe(
    Effect.map((key) => pieceCache(folder, fromHex(key))),
    Effect.orElseSucceed(() => undefined)
  )
