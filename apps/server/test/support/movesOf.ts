/** How soon work went on when something had failed, and what held it up. */
import type { Wait } from "./clusterUsers.js"
import type { Failed } from "./faultsAt.js"
import { ms } from "./ms.js"
import type { Attempt } from "./nodeSlots.js"

interface Move {
  readonly ms: number
  /** Who waited longest, which nodes were asked, and what they said. */
  readonly how: string
}

/** Who begins to wait later than this after something failed does not wait for that. */
const lateMs = 5000

const kinds = ["kill", "sleep", "stop", "PostgreSQL restarted"]

type Span = Pick<Failed, "at" | "until">

/** How much of a span others cover. */
const covered = ({ at, until }: Span, others: ReadonlyArray<Span>): number => {
  let [sum, reached] = [0, at]
  for (const each of others.toSorted((one, other) => one.at - other.at)) {
    const end = Math.min(each.until, until)
    sum += Math.max(0, end - Math.max(each.at, reached))
    reached = Math.max(reached, end)
  }
  return sum
}

/**
 * When nothing could go on, whoever looks after the library: without bucket or PostgreSQL, and for who had asked a node that then slept, which is
 * asked as long as a client lets it.
 */
const outages = (events: ReadonlyArray<Failed>, asked: ReadonlyArray<Attempt>): ReadonlyArray<Span> =>
  events.flatMap(({ what, slot, at, until }) => {
    if (slot === undefined) return [{ at, until }]
    if (what !== "sleep") return []
    return asked
      .filter((each) => each.slot === slot)
      .map(({ began, ended }) => ({ at: Math.max(at, began), until: Math.min(until, ended) }))
  })

/** The one who waited longest of those who did when something failed: until then work had moved. The time of outages is not counted. */
const moveAt = (
  fault: Failed,
  waits: ReadonlyArray<Wait>,
  events: ReadonlyArray<Failed>,
  attempts: ReadonlyArray<Attempt>
): Move => {
  const all = waits
    .filter(({ what, began, ended }) => what === "save" && began < fault.at + lateMs && ended > fault.at)
    .map(({ who, library, began, ended }) => {
      const span = { at: Math.max(began, fault.at), until: ended }
      const asked = attempts.filter(
        (each) => each.path.includes(library) && each.began >= began && each.ended <= ended
      )
      const out = covered(span, outages(events, asked))
      const answers = asked.map((each) => `node ${each.slot} ${each.outcome} ${ms(each.ended - each.began)}`)
      const besides = out > 0 ? `; ${ms(out)} of outages are not counted` : ""
      return { ms: span.until - span.at - out, how: `${who}: ${answers.join(", ")}${besides}` }
    })
  return all.sort((one, other) => other.ms - one.ms)[0] ?? { ms: 0, how: "nobody waited" }
}

/** The moves of each kind of fault, the soonest first. */
export const movesOf = (
  waits: ReadonlyArray<Wait>,
  events: ReadonlyArray<Failed>,
  attempts: ReadonlyArray<Attempt>
): ReadonlyArray<{ readonly what: string; readonly all: ReadonlyArray<Move> }> =>
  kinds.map((kind) => ({
    what: kind,
    all: events
      .filter(({ what }) => what === kind)
      .map((fault) => moveAt(fault, waits, events, attempts))
      .sort((one, other) => one.ms - other.ms)
  }))
