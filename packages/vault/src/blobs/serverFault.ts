import {
  BlobExists,
  BlobMissing,
  FileNotVerified,
  PlaceFull,
  PlaceRefused,
  PlaceUnreachable
} from "@white-room/core"
import type { HttpAnswer } from "./HttpExchange.js"
import { newLink } from "./newLink.js"
import { problemTypeOf } from "./problemTypeOf.js"
import { tooOld } from "./tooOld.js"

const reasons: ReadonlyMap<string, string> = new Map([
  ["LineOfAnother", "another device writes there"],
  ["AnotherLibrary", "it keeps another library under that name"],
  ["Leaving", "it is leaving there, and can be read until it is erased"],
  ["NotSealed", "it takes sealed vaults only"],
  ["TooLarge", "it takes no file as large as that"]
])

type ServerFault = BlobExists | BlobMissing | FileNotVerified | PlaceFull | PlaceRefused | PlaceUnreachable

/** What an answer that is not good means, for the blob it was asked about. */
export const serverFault = (place: string, answer: HttpAnswer, name: string): ServerFault => {
  const { status } = answer
  const type = problemTypeOf(answer)
  const refused = (reason: string) => new PlaceRefused({ place, reason })
  if (status === 507) return new PlaceFull({ place })
  if (status === 412) return new BlobExists({ place, name })
  if (type === "FileNotVerified")
    return new FileNotVerified({ file: name, reason: "its bytes changed on the way" })
  // A HEAD has no body to tell a blob from a library.
  if (status === 404 && name !== "" && (type === "BlobMissing" || type === ""))
    return new BlobMissing({ place, name })
  if (status === 404) return refused("it has no such library for this device")
  if (status === 401)
    return new PlaceRefused({
      ...{ place, advice: newLink },
      reason:
        "it does not let this device in: its access is unknown, has expired or was taken away. Ask for a new link"
    })
  if (status === 426) return new PlaceRefused({ place, ...tooOld })
  if (status === 408 || status === 429 || status >= 500)
    return new PlaceUnreachable({ place, reason: `it answered ${status} ${type}`.trim(), retryable: true })
  return refused(
    reasons.get(type) ??
      (status === 403 ? "this device may not do that there" : `it answered ${status} ${type}`.trim())
  )
}
