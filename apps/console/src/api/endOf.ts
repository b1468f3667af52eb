import { type Answer, answerOf, client, Refusal, type Schemas } from "./Client.js"

type Run = Schemas["LibraryRun"] | Schemas["CheckRun"]

const isRun = (found: object): found is Run => "activity" in found

/** Work that takes long goes on as a run, which is asked for until it has ended: what `result` finds in it. Throws as `answerOf` does. */
export const endOf = async <A extends object>(
  library: string,
  request: Promise<Answer<A | Schemas["LibraryRun"]>>,
  result: (run: Schemas["LibraryRun"]) => A | undefined,
  signal?: AbortSignal
): Promise<A> => {
  let found: A | Run = await answerOf(request)
  while (isRun(found) && found.endedAt === null) {
    const params: { readonly path: { readonly library: string; readonly id: string } } = {
      path: { library, id: found.id }
    }
    found = await answerOf(
      client.GET("/v1/libraries/{library}/runs/{id}", { params, ...(signal !== undefined && { signal }) })
    )
  }
  if (!isRun(found)) return found
  if ("problem" in found && found.problem !== undefined) throw new Refusal(found.problem)
  const ended = found.activity === "check" ? undefined : result(found)
  if (ended === undefined) throw new TypeError("a run has no result")
  return ended
}
