import { blockTarget, equalBytes, type NewObject } from "@white-room/core"
import type { Session } from "../library/Session.js"
import { writeReconciled } from "../live/reconcile.js"
import { denseBrotli } from "./compression.js"
import { firstLoose, moveIntoBlock, objectsOfBlock, packBlock, readBlock } from "./objects.js"

interface LooseBlock {
  readonly number: number
  readonly data: Uint8Array
}

/** The oldest loose blocks that fill one block; none when they do not. */
const nextRun = (session: Session): ReadonlyArray<LooseBlock> => {
  const numbers: Array<number> = []
  let size = 0
  for (const [number, bytes] of session.db.iterate<[number, number]>(
    "SELECT number, raw_bytes FROM block WHERE number >= ? ORDER BY number",
    firstLoose
  )) {
    numbers.push(number)
    size += bytes
    if (size >= blockTarget) break
  }
  if (size < blockTarget) return []
  return numbers.flatMap((number) => {
    const data = readBlock(session.db, number)
    return data === undefined ? [] : [{ number, data }]
  })
}

/** False when another process sealed the block meanwhile, even if its number is in use again. */
const isUnchanged = (session: Session, { number, data }: LooseBlock): boolean => {
  const now = readBlock(session.db, number)
  return now !== undefined && equalBytes(now, data)
}

const liesIn = (session: Session, { hash }: NewObject, numbers: ReadonlySet<number>): boolean => {
  const row = session.db.row<[number]>("SELECT block FROM object WHERE hash = ?", hash)
  return row !== undefined && numbers.has(row[0])
}

/**
 * Packs loose objects into full blocks, in which versions of the same song compress together. What does not fill
 * a block stays loose until there is more.
 */
export const sealLoose = (session: Session, now: number): void => {
  for (let run = nextRun(session); run.length > 0; run = nextRun(session)) {
    const loose = run
    const objects = loose.flatMap(({ data }) => objectsOfBlock(data))
    const block = packBlock(objects, denseBrotli)
    writeReconciled(session, now, () => {
      const numbers = new Set(loose.filter((each) => isUnchanged(session, each)).map(({ number }) => number))
      const still = objects.filter((object) => liesIn(session, object, numbers))
      if (still.length > 0)
        moveIntoBlock(session.db, still.length === objects.length ? block : packBlock(still, denseBrotli))
      for (const number of numbers) session.db.run("DELETE FROM block WHERE number = ?", number)
    })
  }
}
