import type { WhiteRoomError } from "@white-room/core"
import { type Problem, problem } from "../api/Problem.js"
import { problemOfError } from "./problemOfError.js"

/** What a person is told of an error of their own library: in its own words, where the API has no name for it. */
export const problemHere = (failed: WhiteRoomError): Problem => {
  const { _tag: error, message: detail, recovery } = failed
  if (error === "DiskFull") return problem("Full", { error, detail, recovery })
  if (error === "CommandReused") return problem("KeyReused", { error })
  if (error === "LibraryLocked") return problem("Busy", { error, detail, recovery })
  if (error === "InvalidInput") return problem("InvalidRequest", { error, detail, recovery })
  if (failed._tag === "PlaceUnreachable" && failed.retryable)
    return problem("FilesAway", { error, detail, recovery })
  return problemOfError(failed) ?? problem("LibraryFailed", { error, detail, recovery })
}
