import { linkTo } from "../address/Link.js"
import { addressOf, plainWish } from "../address/Wish.js"
import { access, type Library } from "../api/Session.js"
import { Name } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"
import { keyOf, type Sheet, type Then, type TimelineRow } from "./Sheet.js"
import type { Sight } from "./Sight.js"

export interface RowProps {
  readonly library: Library
  readonly row: TimelineRow
  readonly sheet: Sheet
  readonly then: Then | undefined
  readonly sight: Sight
}

/** Changes in sight: what the canvas shows, for those who do not see it. */
const changesIn = ({ cells }: TimelineRow, { edges }: Sheet, sight: Sight): number => {
  const { from, until } = sight.settled.value
  return cells.reduce(
    (sum, { slot, count }) =>
      (edges[slot + 1] ?? 0) > from && (edges[slot] ?? 0) <= until ? sum + count : sum,
    0
  )
}

/** A song: its name leads to it, as it was at the moment one looks at; from there it can be brought back. */
export const Row = ({ library, row, sheet, then, sight }: RowProps) => {
  const t = texts.value
  const { kind, id, name, deleted, position } = row
  const isThen = sight.at.value !== undefined && then !== undefined
  const was = isThen ? then.rows.get(keyOf(row)) : undefined
  const role = access.value?.role
  const isHere = library.home === "server"
  const isDifferent = was !== undefined && (deleted || was.position !== position)
  const only = kind === "preferences" ? [] : [{ kind, id }]
  const called = was?.name ?? name
  const label = isHere ? t.bringBack : t.sendBack
  const at = was === undefined ? undefined : `@${was.position}`
  return (
    <>
      <a
        class={isThen && was === undefined ? "absent" : undefined}
        href={linkTo([library.id, kind, id], { at })}
      >
        <Name of={called} />
      </a>
      {isThen && was === undefined && <span class="facts">{t.timelineAbsent}</span>}
      {was !== undefined && !isDifferent && <span class="facts">{t.timelineSame}</span>}
      {!isThen && deleted && <span class="facts">{t.timelineDeleted}</span>}
      {at !== undefined && isDifferent && (role === "admin" || role === "teacher") && (
        <a
          class="back"
          aria-label={`${label}: ${called.trim() === "" ? t.unnamed : called}`}
          href={addressOf(library.id, plainWish({ at, only, mode: isHere ? "replace" : "copy" }))}
        >
          {label}
        </a>
      )}
      <span class="unseen">{t.timelineChanges(changesIn(row, sheet, sight))}</span>
    </>
  )
}
