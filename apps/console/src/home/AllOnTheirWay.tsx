import { useSignal } from "@preact/signals"
import { answerOf, client } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { useAnswer } from "../api/useAnswer.js"
import { More } from "../parts/More.js"
import { Wrong } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"
import { RestoreRow } from "./RestoreRow.js"

/** So many are shown, and so many more when they are asked for. */
const few = 50

/** What is on its way to the devices of all libraries that one may see; those that wait longest first. */
export const AllOnTheirWay = ({ libraries }: { readonly libraries: ReadonlyArray<Library> }) => {
  const t = texts.value
  const wanted = useSignal(few)
  const list = useAnswer(`restores on their way ${wanted.value}`, (signal) =>
    answerOf(client.GET("/v1/restores", { signal, params: { query: { limit: wanted.value } } }))
  )
  const nameOf = (id: string) => libraries.find((library) => library.id === id)?.name ?? id
  if (list._tag === "Failed") return <Wrong error={list.error} again={list.again} />
  const items = list.value?.items ?? []
  if (items.length === 0) return null
  return (
    <section aria-labelledby="on-their-way">
      <h2 id="on-their-way">{t.restoresOnTheirWay}</h2>
      <ul class="rows">
        {items.map((restore) => (
          <RestoreRow key={restore.id} restore={restore} whose={nameOf(restore.library)} />
        ))}
      </ul>
      {list.value?.isLast === false && <More wanted={wanted} step={5 * few} label={t.more} />}
    </section>
  )
}
