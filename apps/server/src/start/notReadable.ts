import { ServerNotStarted } from "@white-room/core"
import type { ControlAt, ControlError } from "../control/Database.js"
import { versionApart } from "../control/Versions.js"

/** Why a control database cannot be used, and what to do. */
export const notReadable = (data: string, at: ControlAt, error: ControlError): ServerNotStarted => {
  const apart = versionApart(error)
  if (apart !== undefined) return new ServerNotStarted({ data, reason: apart.reason, advice: apart.advice })
  if (at._tag === "File")
    return new ServerNotStarted({
      data,
      reason: "its list of who has access cannot be read",
      advice: "Put control.db back from a copy of the folder."
    })
  return new ServerNotStarted({
    data,
    reason: `the PostgreSQL of DATABASE_URL cannot be used, ${error.message}`,
    advice: "Is it up, and may the user of DATABASE_URL make tables there?"
  })
}
