import { documentParts, PartList, settleParts } from "@white-room/core"
import { useMemo } from "preact/hooks"
import type { Choice } from "../address/Wish.js"
import { useAnswer } from "../api/useAnswer.js"
import { Waiting, Wrong } from "../parts/Parts.js"
import { historyOf } from "../song/historyOf.js"
import { type Item, type Kind, readItem } from "../song/Item.js"
import { Notes } from "../song/Notes.js"

export interface ResultProps {
  readonly library: string
  readonly kind: Kind
  readonly id: string
  /** What is brought back: where it stands, and what it is called. */
  readonly position: number
  readonly source: string
  readonly choose: (part: string) => Choice
}

interface Sides {
  readonly then: Item
  readonly now: Item
  /** What came right after the version that is brought back: what `combine` takes back. */
  readonly base: Item | undefined
}

const sidesOf = async (
  { library, kind, id, position, source }: ResultProps,
  signal: AbortSignal
): Promise<Sides> => {
  const [then, now, history] = await Promise.all([
    readItem(library, kind, id, source, signal),
    readItem(library, kind, id, undefined, signal),
    historyOf(library, kind, id, signal)
  ])
  const [next] = history
    .filter((version) => version.position > position && !version.deleted)
    .sort((a, b) => a.position - b.position)
  const base = next && (await readItem(library, kind, id, next.source, signal))
  return { then, now, base }
}

/** The song as it would be, over the song as it is: by the same rule as the plan, which is made where the library is. */
export const Result = (props: ResultProps) => {
  const { library, kind, id, source, choose } = props
  const sides = useAnswer(`sides ${library} ${kind} ${id} ${source}`, (signal) => sidesOf(props, signal))
  const { value } = sides
  const apart = useMemo(() => {
    if (value === undefined) return undefined
    const suffix = ` (${source.split(" ")[0]})`
    return documentParts(value.now.document, value.then.document, suffix, new PartList())
  }, [value, source])
  if (sides._tag === "Failed") return <Wrong error={sides.error} again={sides.again} />
  if (value === undefined || apart === undefined) return <Waiting />
  const { text } = settleParts(apart, value.base?.document, choose)
  return <Notes then={{ ...value.now, document: text }} now={value.now} isFuture={true} />
}
