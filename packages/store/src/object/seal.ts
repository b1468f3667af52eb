import { blockTarget, extentsOfBody, malformed, type NewObject } from "@white-room/core"
import type { Session } from "../library/Session.js"
import { writeReconciled } from "../live/reconcile.js"
import { sha256 } from "./compression.js"
import { moveIntoBlock, packBlock } from "./objects.js"

interface LooseRun {
  readonly numbers: ReadonlyArray<number>
  readonly objects: ReadonlyArray<NewObject>
}

/** The oldest loose blocks that fill one block; `undefined` when they do not. */
const nextRun = (session: Session): LooseRun | undefined => {
  const numbers: Array<number> = []
  let size = 0
  for (const [number, bytes] of session.db.iterate<[number, number]>(
    "SELECT number, raw_bytes FROM block WHERE number < 0 ORDER BY number DESC"
  )) {
    numbers.push(number)
    size += bytes
    if (size >= blockTarget) break
  }
  if (size < blockTarget) return undefined
  const objects = numbers.flatMap((number) => {
    const body = session.reader.body(number)
    return extentsOfBody(body).map(({ offset, length }) => {
      const bytes = body.slice(offset, offset + length)
      return { hash: sha256(bytes), bytes }
    })
  })
  if (objects.length === 0) throw malformed("block", "a loose block is empty")
  return { numbers, objects }
}

/**
 * Packs loose objects into full blocks, in which versions of the same song compress together. What does not fill
 * a block stays loose until there is more.
 */
export const sealLoose = (session: Session, now: number): void => {
  for (let run = nextRun(session); run !== undefined; run = nextRun(session)) {
    const { numbers, objects } = run
    const block = packBlock(objects)
    writeReconciled(session, now, () => {
      const still = objects.filter(({ hash }) => {
        const row = session.db.row<[number]>("SELECT block FROM object WHERE hash = ?", hash)
        return row !== undefined && numbers.includes(row[0])
      })
      if (still.length > 0)
        moveIntoBlock(session.db, still.length === objects.length ? block : packBlock(still))
      for (const number of numbers) session.db.run("DELETE FROM block WHERE number = ?", number)
    })
  }
}
