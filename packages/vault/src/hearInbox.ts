import * as Effect from "effect/Effect"
import { serverClient, serverPlace } from "./blobs/ServerClient.js"
import type { Opening } from "./Here.js"
import { serverAccess } from "./ServerKey.js"

/**
 * Hears from the server of a place when something is sent to this device, or may have been; never ends. Nothing that the server says is
 * believed but that it is time to look. A server that tells nothing, as an older one, is asked again much later.
 */
export const hearInbox = (
  place: string,
  { env = process.env, settings }: Pick<Opening, "env" | "settings">,
  onNews: Effect.Effect<unknown>
): Effect.Effect<never> => {
  const once = Effect.gen(function* () {
    const { token, certificate } = yield* serverAccess(place, env, settings)
    const client = serverClient({ server: serverPlace(place).server, token, certificate })
    return yield* client.listen("/v1/inbox", () => void Effect.runFork(onNews))
  })
  const wait = once.pipe(
    Effect.map((isHeard) => (isHeard ? "5 seconds" : "10 minutes")),
    Effect.orElseSucceed(() => "30 seconds" as const)
  )
  return Effect.forever(Effect.flatMap(wait, Effect.sleep))
}
