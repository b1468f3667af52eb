import { InternalFault } from "./DoorError.js"
import { memoryFault } from "./memoryFault.js"
import { isWhiteRoomError, type WhiteRoomError } from "./WhiteRoomError.js"

/** An error of ours as it is; anything else as the bug that it is, with its stack and as its cause. */
export const asWhiteRoomError = (error: unknown): WhiteRoomError => {
  if (isWhiteRoomError(error)) return error
  const memory = memoryFault(error)
  if (memory !== undefined) return memory
  const fault = new InternalFault({ detail: error instanceof Error ? error.message : String(error) })
  Object.defineProperty(fault, "cause", { value: error, configurable: true, writable: true })
  if (error instanceof Error)
    Object.defineProperty(fault, "stack", { value: error.stack, configurable: true, writable: true })
  return fault
}
