/** Folders of bundles as earlier versions wrote them, each file with what those before it lack: they stay readable. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  concatBytes,
  fromHex,
  takenOfBackup,
  toHex,
  type WhiteRoomError,
  writeBundle
} from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { allBackups } from "../../src/backup/Catalog.js"
import { sha256Hasher } from "../../src/bundle/BundleFile.js"
import { bundlesInFolder } from "../../src/bundle/BundleFolder.js"
import type { Library } from "../../src/index.js"
import { sha256 } from "../../src/object/Compression.js"
import { eachRun, packBlock } from "../../src/object/Objects.js"
import { objectsBelow } from "../../src/object/objectsBelow.js"
import { readInfo, type Session, sessionOf } from "../../src/session/Session.js"

/** The path of the new file. With `full` it stands on its own. */
const writeFile = (session: Session, folder: string, full: boolean, now: number): string => {
  const { libraryId } = readInfo(session.db)
  mkdirSync(folder, { recursive: true })
  const before = full
    ? []
    : bundlesInFolder(folder).files.filter(({ manifest }) => manifest.libraryId === libraryId)
  const there = before.flatMap(({ manifest }) => manifest.backups)
  const nodes = session.nodeStore(new Map())
  const known = new Set<string>()
  objectsBelow(
    there.map(({ root }) => root),
    nodes,
    { known }
  )
  const lacking = allBackups(session.db).filter(
    ({ backupId, forgottenAt }) =>
      forgottenAt === undefined && !there.some((each) => each.backupId === backupId)
  )
  const hashes = [
    ...objectsBelow(
      lacking.map(({ root }) => fromHex(root)),
      nodes,
      { known }
    ).values()
  ]
  const objects = hashes.map((hash) => ({ hash, bytes: session.reader.get(hash).slice() }))
  const tip = before.at(-1)
  const needs = tip === undefined ? [] : [{ hash: tip.end.hash, file: tip.path.slice(folder.length + 1) }]
  const blocks = [...eachRun(objects)].map(packBlock)
  const manifest = { libraryId, time: now, needs, backups: lacking.map(takenOfBackup), state: undefined }
  const bytes = concatBytes([...writeBundle(blocks, manifest, sha256Hasher(), sha256)])
  const newest = String(lacking.at(-1)?.number ?? 0).padStart(5, "0")
  const name = toHex(bytes.subarray(-32)).slice(0, 8)
  const path = join(folder, `library-${libraryId.slice(0, 8)}-b${newest}-${name}.whiteroom`)
  writeFileSync(path, bytes)
  return path
}

/** Takes a backup and writes what the folder lacks. */
export const writeChain = (
  library: Library,
  folder: string,
  { full = false } = {}
): Effect.Effect<string, WhiteRoomError> =>
  Effect.gen(function* () {
    yield* library.backups.take({ skipIfUnchanged: true })
    const now = yield* Clock.currentTimeMillis
    return writeFile(library[sessionOf], folder, full, now)
  })
