/** An exchange file: its state becomes a backup, named after its bytes, and is merged. */
import { createHash } from "node:crypto"
import { statSync } from "node:fs"
import { derivedId, ExchangeReader } from "@white-room/core"
import { fileChunks, untilNul } from "../file/FileChunks.js"
import { fitterTo } from "../staging/fitterTo.js"
import type { ImportSource } from "../staging/ImportSource.js"
import { StateStager } from "../staging/Stager.js"
import { timeSpellingOf } from "../staging/timeSpellingOf.js"

const digestOf = (path: string): Uint8Array => {
  const hash = createHash("sha256")
  for (const chunk of fileChunks(path)) hash.update(chunk)
  return hash.digest()
}

/** Times that the catalogue can hold; a file may say anything. */
const usable = (time: Date, path: string): Date =>
  time.getTime() > 0 ? time : new Date(Math.max(0, Math.floor(statSync(path).mtimeMs)))

/** Between two turns of other fibers. */
const entitiesAtOnce = 50

function* counted(chunks: Iterable<Uint8Array>, read: (bytes: number) => void): Generator<Uint8Array> {
  for (const chunk of chunks) {
    read(chunk.length)
    yield chunk
  }
}

export const exchangeSource = (path: string, file: string): ImportSource =>
  function* ({ session, target, now, onProgress }) {
    const reader = new ExchangeReader({ times: timeSpellingOf(session) })
    const fit = fitterTo(session)
    const { size } = statSync(path)
    const state = new StateStager(session, now, target)
    let read = 0
    for (const entity of reader.file(counted(untilNul(fileChunks(path)), (bytes) => (read += bytes)))) {
      state.add(fit(entity))
      if (state.count % entitiesAtOnce !== 0) continue
      onProgress?.({ done: read, total: size, step: "read" })
      yield
    }
    const staged = state.finish()
    const { version, description, timestamp } = reader.head
    const time = usable(timestamp, path)
    const problems = reader.problems.map(({ where, reason, count }) =>
      count === undefined ? { file, reason: `${where}: ${reason}` } : { file, reason, count }
    )
    const isLost = state.count === 0 && problems.length > 0
    const backup = {
      backupId: derivedId(digestOf(path), (digest) => digest),
      timestamp: time,
      description,
      tags: [],
      pinned: false,
      version
    }
    return {
      backups: isLost ? [] : [{ ...staged, backup }],
      merge: isLost ? undefined : staged,
      time: time.getTime(),
      problems,
      warnings: [],
      doubled: 0
    }
  }
