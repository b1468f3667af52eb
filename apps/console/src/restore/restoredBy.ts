import { type Answer, answerOf, client, Refusal, type Schemas } from "../api/Client.js"
import type { Restore } from "./Restore.js"

/** Work that takes long goes on as a run, which is asked for until it has ended: the restore that it came to. Throws as `answerOf` does. */
export const restoredBy = async (
  library: string,
  request: Promise<Answer<Restore | Schemas["LibraryRun"]>>,
  signal?: AbortSignal
): Promise<Restore> => {
  let found: Restore | Schemas["LibraryRun"] | Schemas["CheckRun"] = await answerOf(request)
  while ("activity" in found && found.endedAt === null) {
    const params: { readonly path: { readonly library: string; readonly id: string } } = {
      path: { library, id: found.id }
    }
    found = await answerOf(
      client.GET("/v1/libraries/{library}/runs/{id}", { params, ...(signal !== undefined && { signal }) })
    )
  }
  if (!("activity" in found)) return found
  if ("problem" in found && found.problem !== undefined) throw new Refusal(found.problem)
  if ("restore" in found && found.restore !== undefined) return found.restore
  throw new TypeError("a run of a restore has none")
}
