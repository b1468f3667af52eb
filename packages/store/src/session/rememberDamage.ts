import { noteDamaged } from "../object/Damaged.js"
import { insertBlocks, packBlock } from "../object/Objects.js"
import { storageError } from "../sqlite/storageError.js"
import { Moved } from "./Moved.js"
import type { Session } from "./Session.js"

/**
 * Writes down what reads found damaged, so that whoever brings its bytes stores them again; those that were found
 * elsewhere are stored at once. What cannot be written now, as in the middle of a transaction, is kept in mind.
 */
export const rememberDamage = (session: Session, now: number): void => {
  const { suspects } = session.reader
  if (suspects.size === 0 || session.db.inTransaction || session.readonly) return
  const found = [...suspects.values()]
  try {
    const outcome = session.write(() => {
      noteDamaged(session.db, found, now)
      for (const { hash, bytes } of found)
        if (bytes !== undefined) insertBlocks(session.db, [packBlock([{ hash, bytes }])])
    })
    if (!(outcome instanceof Moved)) session.reader.settled()
  } catch (error) {
    // The work itself has ended, well or with an error of its own, and the damage is found again by the next.
    if (storageError(error, session.path) === undefined) throw error
  }
}
