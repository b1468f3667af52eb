/** Requests that another node of a cluster took and sent on to this one: what that node knows of who asks. */
import { timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { TLSSocket } from "node:tls"
import * as Schema from "effect/Schema"

/** How a request came to the node that took it. A newer node may say more. */
const Arrival = Schema.parseJson(
  Schema.Struct({ remote: Schema.String, isEncrypted: Schema.Boolean, port: Schema.Int })
)
export type Arrival = Schema.Schema.Type<typeof Arrival>

/** The header that says it, and the one by which the node that gets it knows who says it. */
export const arrivalHeader = "whiteroom-arrival"
export const secretHeader = "whiteroom-node"

const decode = Schema.decodeUnknownOption(Arrival)
export const encodeArrival = Schema.encodeSync(Arrival)

const known = new WeakMap<IncomingMessage, Arrival>()

/** Whether a request between nodes has the secret of the one that gets it. */
export const isFromNode = ({ headers }: IncomingMessage, secret: string): boolean => {
  const said = Buffer.from(String(headers[secretHeader] ?? ""))
  const own = Buffer.from(secret)
  return said.length === own.length && timingSafeEqual(said, own)
}

/** Takes note of what another node says of a request that it sends on; false when it says nothing that is understood. */
export const noteArrival = (request: IncomingMessage): boolean => {
  const found = decode(request.headers[arrivalHeader])
  if (found._tag === "None") return false
  known.set(request, found.value)
  return true
}

/** What the node that took a request said of it; `undefined` of one that came here by itself. */
export const forwardedOf = (request: IncomingMessage): Arrival | undefined => known.get(request)

/** Whether who asks speaks TLS, with this server or with the node that took the request. */
export const isEncrypted = (request: IncomingMessage): boolean =>
  known.get(request)?.isEncrypted ?? request.socket instanceof TLSSocket

/** The port that was asked: nodes of the version before this one call their cookies by it. */
export const portOf = (request: IncomingMessage): number | undefined =>
  known.get(request)?.port ?? request.socket.localPort
