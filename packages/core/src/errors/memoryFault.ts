import { errorCode } from "./errorCode.js"
import { OutOfMemory } from "./LibraryError.js"

const codes = new Set(["ENOMEM", "ERR_MEMORY_ALLOCATION_FAILED", "ERR_WORKER_OUT_OF_MEMORY"])

/** What the system, SQLite or the engine threw because there was no more memory, as an error of ours; nothing for all else. */
export const memoryFault = (error: unknown): OutOfMemory | undefined => {
  if (!(error instanceof Error)) return undefined
  const code = errorCode(error)
  const isOne =
    codes.has(code) ||
    code.startsWith("SQLITE_NOMEM") ||
    code.startsWith("SQLITE_IOERR_NOMEM") ||
    (error instanceof RangeError && error.message === "Array buffer allocation failed")
  return isOne ? new OutOfMemory({ detail: error.message }) : undefined
}
