import { useSignal } from "@preact/signals"
import { useId, useMemo } from "preact/hooks"
import { musicOf } from "../music/Music.js"
import { diffNotes } from "../music/NoteDiff.js"
import { texts } from "../texts/Texts.js"
import type { Item } from "./Item.js"
import { Listen } from "./Listen.js"
import { Roll } from "./Roll.js"

export interface NotesProps {
  readonly then: Item
  readonly now: Item | undefined
  /** True where the first is not what was, but what would be. */
  readonly isFuture?: boolean
}

/** The notes of both, to see and to hear. */
export const Notes = (props: NotesProps) => {
  const { then, now, isFuture = false } = props
  const t = texts.value
  const told = isFuture ? t.future : now === undefined ? t.alone : t.past
  const title = useId()
  const bar = useSignal(1)
  const heard = useSignal<number | undefined>(undefined)
  const was = useMemo(() => musicOf(then.document), [then.document])
  const is = useMemo(() => (now === undefined ? undefined : musicOf(now.document)), [now?.document])
  // One that nothing is compared with is the same as itself.
  const diff = useMemo(() => diffNotes(was, is ?? was), [was, is])
  // The picture is as long as the longer one, and has the bars of the one that is brought back.
  const music = useMemo(
    () => ({
      ...was,
      bars: Math.max(was.bars, Math.ceil(((is?.bars ?? 1) * (is?.barLength ?? 0)) / was.barLength))
    }),
    [was, is]
  )
  if (diff.notes.length === 0) return <p class="facts">{now === undefined ? t.rollNoneAlone : t.rollNone}</p>
  return (
    <section aria-labelledby={title}>
      <h2 id={title}>{t.roll}</h2>
      <Listen then={was} now={is} bar={bar} heard={heard} told={told} />
      <Roll music={music} diff={diff} bar={bar} heard={heard} told={told} />
    </section>
  )
}
