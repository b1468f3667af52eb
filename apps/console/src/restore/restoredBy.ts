import type { Answer, Schemas } from "../api/Client.js"
import { endOf } from "../api/endOf.js"
import type { Restore } from "./Restore.js"

/** The restore that the server planned, applied or took back, however long that takes. Throws as `answerOf` does. */
export const restoredBy = (
  library: string,
  request: Promise<Answer<Restore | Schemas["LibraryRun"]>>,
  signal?: AbortSignal
): Promise<Restore> => endOf(library, request, (run) => run.restore, signal)
