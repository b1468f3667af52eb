import { useSignal } from "@preact/signals"
import { linkTo } from "../address/Link.js"
import type { Schemas } from "../api/Client.js"
import { Name } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"

type Compared = Schemas["Difference"]

/** As many are shown at first. */
const few = 8

export interface DifferenceProps {
  readonly library: string
  readonly of: Pick<Compared, "created" | "changed" | "deleted">
  /** The first of the two moments, as addresses have it: `@12` or a time. */
  readonly at: string | undefined
}

/** What came, changed and went between two moments. Each leads to its song, at the moment before. */
export const Difference = ({ library, of, at }: DifferenceProps) => {
  const t = texts.value
  const shown = useSignal(few)
  const rows = [
    ...of.deleted.map((each) => ({ ...each, sort: "deleted" as const, changes: [] })),
    ...of.changed.map((each) => ({ ...each, sort: "changed" as const })),
    ...of.created.map((each) => ({ ...each, sort: "created" as const, changes: [] }))
  ]
  return (
    <>
      <ul class="rows">
        {rows.slice(0, shown.value).map(({ kind, id, name, sort, changes }) => (
          <li key={`${kind} ${id}`}>
            <span class={`mark ${sort}`}>{t[sort]}</span>{" "}
            {kind === "preferences" ? (
              <Name of={name} />
            ) : (
              <a href={linkTo([library, kind, id], sort === "created" ? {} : { at })}>
                <Name of={name} />
              </a>
            )}
            {changes.length > 0 && (
              <span class="facts">
                <bdi>
                  {changes.slice(0, 3).join(" · ")}
                  {changes.length > 3 && " …"}
                </bdi>
              </span>
            )}
          </li>
        ))}
      </ul>
      {rows.length > shown.value && (
        <button type="button" class="quiet" onClick={() => (shown.value += 100)}>
          {t.more} ({rows.length - shown.value})
        </button>
      )}
    </>
  )
}
