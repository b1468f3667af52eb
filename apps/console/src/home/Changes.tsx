/** What came, changed and went since this morning, and what was deleted lately: where a loss is seen first. */
import { answerOf, client, Refusal, type Schemas } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Waiting, Wrong } from "../parts/Parts.js"
import { language, texts } from "../texts/Texts.js"
import { Difference } from "./Difference.js"

type Compared = Schemas["Difference"]

const daysAgo = (days: number): string => {
  const morning = new Date()
  morning.setHours(0, 0, 0, 0)
  morning.setDate(morning.getDate() - days)
  return morning.toISOString()
}

/** The difference between a moment and now. Before the library began there was nothing: then all of it is new. */
const since = (library: string, from: string, signal: AbortSignal): Promise<Compared> =>
  answerOf(
    client.GET("/v1/libraries/{library}/diff", {
      signal,
      params: { path: { library }, query: { from, language: language.value } }
    })
  ).catch((error) => {
    if (error instanceof Refusal && error.problem.type === "MomentNotFound" && from !== "@0")
      return since(library, "@0", signal)
    throw error
  })

interface Gone {
  readonly at: string
  readonly all: Compared["deleted"]
}

/**
 * What was deleted since: compared with several moments, as what was made and deleted between two of them is in neither. The
 * newest moment at which something was there is the one to look at.
 */
const goneSince = async (
  library: string,
  moments: ReadonlyArray<string>,
  signal: AbortSignal
): Promise<ReadonlyArray<Gone>> => {
  const { items } = await answerOf(
    client.GET("/v1/libraries/{library}/backups", {
      signal,
      params: { path: { library }, query: { limit: 1000 } }
    })
  )
  const newest = items.toSorted((a, b) => b.number - a.number).slice(0, 3)
  const all = [...newest.map(({ position }) => `@${position}`), ...moments]
  const found = await Promise.all(
    all.map(async (at) => ({ at, all: (await since(library, at, signal)).deleted }))
  )
  const seen = new Set<string>()
  return found.map(({ at, all: deleted }) => ({
    at,
    all: deleted.filter(({ kind, id }) => {
      const isNew = !seen.has(`${kind} ${id}`)
      seen.add(`${kind} ${id}`)
      return isNew
    })
  }))
}

export const Changes = ({ library }: { readonly library: string }) => {
  const t = texts.value
  const today = daysAgo(0)
  const day = useAnswer(`today ${language.value} ${library} ${today}`, (signal) =>
    since(library, today, signal)
  )
  const gone = useAnswer(`gone ${library} ${today}`, (signal) =>
    goneSince(library, [today, daysAgo(7), daysAgo(30)], signal)
  )
  const count = day.value && day.value.created.length + day.value.changed.length + day.value.deleted.length
  const isGone = gone.value?.some(({ all }) => all.length > 0) === true
  // Nothing moves under somebody's finger: what was deleted stands above, and is waited for.
  const isHere = day.value !== undefined && (gone.value !== undefined || gone._tag === "Failed")
  return (
    <section aria-labelledby="today">
      {isHere && isGone && <h2>{t.gone}</h2>}
      {isHere &&
        gone.value?.map(({ at, all }) => (
          <Difference key={at} library={library} of={{ created: [], changed: [], deleted: all }} at={at} />
        ))}
      <h2 id="today">{t.today}</h2>
      {day._tag === "Failed" && <Wrong error={day.error} again={day.again} />}
      {gone._tag === "Failed" && <Wrong error={gone.error} again={gone.again} />}
      {!isHere && day._tag !== "Failed" && <Waiting />}
      {isHere && count === 0 && <p>{t.todayNothing}</p>}
      {isHere && day.value !== undefined && <Difference library={library} of={day.value} at={today} />}
    </section>
  )
}
