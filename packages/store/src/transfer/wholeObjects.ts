import { isWhiteRoomError } from "@white-room/core"
import type { RepairSource } from "../bundle/Repair.js"
import type { Session } from "../session/Session.js"

/** The objects of another library, of those that are sought: what is damaged there too is passed over. */
export const wholeObjects = ({ reader }: Session): RepairSource =>
  function* (sought) {
    for (const hash of sought) {
      yield undefined
      try {
        yield { hash, bytes: reader.get(hash).slice() }
      } catch (error) {
        if (!isWhiteRoomError(error)) throw error
      }
    }
  }
