import type { IncomingMessage } from "node:http"
import { type Problem, problem } from "../api/Problem.js"
import { isDocument, isUpload } from "./Bodies.js"
import type { Desk } from "./Desk.js"
import { isTooOld } from "./isTooOld.js"
import { isForUs } from "./NodeRequest.js"
import { isOfAnotherUser } from "./PeerUser.js"

/** Bodies other than files are a few hundred bytes. */
const largestBody = 64 * 1024

/** The routes end an address at `;` and `#` too: what is looked at here would be another one than is answered. */
const isTwoAddresses = ({ url = "" }: IncomingMessage): boolean => /^[^?]*[;#]/.test(url)

/** A request that says twice what counts once: a proxy before the server may have gone by the other one. */
const isTwofold = ({ headersDistinct }: IncomingMessage): boolean =>
  ["host", "authorization"].some((name) => (headersDistinct[name] ?? []).length > 1)

/** Forms and what else the library under the API would read are not taken: a page of somebody else can send those unasked. */
const isJson = (type = "application/json"): boolean => /^application\/json(?:;|$)/i.test(type.trim())

/** What is wrong with a request before anybody looks at what it wants. */
export const refusalOf = (request: IncomingMessage, desk: Desk): Problem | undefined => {
  const { headers } = request
  if (isTooOld(request)) return problem("ClientTooOld")
  if (!isForUs(request, desk.hosts)) return problem("HostRefused")
  if (isTwofold(request) || isTwoAddresses(request)) return problem("InvalidRequest")
  if (desk.onlyUser !== undefined && isOfAnotherUser(request, desk.onlyUser)) return problem("NotYours")
  if (headers["content-encoding"] !== undefined) return problem("EncodingRefused")
  if (isUpload(request)) return undefined
  if (headers["transfer-encoding"] !== undefined) return problem("LengthRequired")
  if (isDocument(request)) return undefined
  if (Number(headers["content-length"] ?? 0) > largestBody) return problem("TooLarge")
  return isJson(headers["content-type"]) ? undefined : problem("InvalidRequest")
}
