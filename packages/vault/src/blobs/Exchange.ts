/** What all places on a network have in common: an answer has its time, and a lost connection its words. */
import { PlaceUnreachable } from "@white-room/core"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** The slowest connection that is waited for. */
const slowestBytesPerMs = 32

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOTFOUND", "its name leads nowhere"],
  ["EAI_AGAIN", "names cannot be looked up now"],
  ["ECONNREFUSED", "nothing listens there"],
  ["ENETUNREACH", "there is no network"],
  ["EHOSTUNREACH", "there is no way to it"]
])

const ownCertificate =
  "With a certificate of your own, this computer believes it by NODE_EXTRA_CA_CERTS=FILE, its authority as PEM, the daemon's too; else let an authority sign one."

/** Why no answer came, by the code of what was thrown; the texts of such errors can hold addresses. */
export const connectionFault = (place: string, code: string, isCertificate: boolean): PlaceUnreachable => {
  const reason = isCertificate
    ? `its certificate is not trusted (${code})`
    : (reasons.get(code) ?? `the connection was lost${code === "" ? "" : ` (${code})`}`)
  return new PlaceUnreachable({
    ...{ place, reason, retryable: !isCertificate },
    ...(isCertificate && { advice: ownCertificate })
  })
}

/** Waits for an answer as long as a slow connection needs for so many bytes, besides what patience there is. */
export const inTime = <A, E>(
  place: string,
  patience: Duration.DurationInput,
  bytes: number,
  answer: Effect.Effect<A, E>
): Effect.Effect<A, E | PlaceUnreachable> => {
  const most = Duration.sum(patience, bytes / slowestBytesPerMs)
  return Effect.timeoutFail(answer, {
    duration: most,
    onTimeout: () =>
      new PlaceUnreachable({
        place,
        reason: `no whole answer came within ${Math.round(Duration.toSeconds(most))} s`,
        retryable: true
      })
  })
}
