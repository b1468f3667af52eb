import { useAnswer } from "../api/useAnswer.js"
import { Waiting, Wrong } from "../parts/Parts.js"
import { DifferenceWords } from "./DifferenceWords.js"
import { type Kind, readItem } from "./Item.js"
import { Notes } from "./Notes.js"

export interface BothSidesProps {
  readonly library: string
  readonly kind: Kind
  readonly id: string
  /** The state that is brought back: `b31`, `@1234`. */
  readonly source: string
}

/** A song as it was and as it is now: in words, as notes, to hear. */
export const BothSides = ({ library, kind, id, source }: BothSidesProps) => {
  const then = useAnswer(`item ${library} ${kind} ${id} ${source}`, (signal) =>
    readItem(library, kind, id, source, signal)
  )
  const now = useAnswer(`item ${library} ${kind} ${id} now`, (signal) =>
    readItem(library, kind, id, undefined, signal)
  )
  if (then._tag === "Failed") return <Wrong error={then.error} again={then.again} />
  if (now._tag === "Failed") return <Wrong error={now.error} again={now.again} />
  if (then.value === undefined || now.value === undefined) return <Waiting />
  return (
    <>
      <DifferenceWords then={then.value} now={now.value} />
      <Notes then={then.value} now={now.value} />
    </>
  )
}
