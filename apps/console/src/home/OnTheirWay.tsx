import { answerOf, client, type Schemas } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Wrong } from "../parts/Parts.js"
import { day } from "../texts/Spans.js"
import { texts } from "../texts/Texts.js"
import { RestoreRow } from "./RestoreRow.js"

type Restore = Schemas["Restore"]

/** Those that wait, and what was brought back in the last week: where one finds the way back. */
const isOfInterest = ({ state, changedAt }: Restore): boolean =>
  state === "waiting" ||
  state === "heard" ||
  (state !== "planned" && state !== "cancelled" && Date.now() - Date.parse(changedAt) < 7 * day)

export const OnTheirWay = ({ library }: { readonly library: string }) => {
  const t = texts.value
  const list = useAnswer(`restores ${library}`, (signal) =>
    answerOf(
      client.GET("/v1/libraries/{library}/restores", {
        signal,
        params: { path: { library }, query: { limit: 200 } }
      })
    )
  )
  const shown = list.value?.items.filter(isOfInterest) ?? []
  if (list._tag === "Failed") return <Wrong error={list.error} again={list.again} />
  if (shown.length === 0) return null
  return (
    <section aria-labelledby="restores">
      <h2 id="restores">{t.restores}</h2>
      <ul class="rows">
        {shown.map((restore) => (
          <RestoreRow key={restore.id} restore={restore} />
        ))}
      </ul>
    </section>
  )
}
