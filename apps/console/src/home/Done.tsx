/** What was done lately and can be taken back, wherever it was done: in this page, in a terminal, in another browser. */
import { useSignal } from "@preact/signals"
import { answerOf, client, newKey, type Schemas } from "../api/Client.js"
import { endOf } from "../api/endOf.js"
import { useAnswer } from "../api/useAnswer.js"
import { Name, Time, Wrong } from "../parts/Parts.js"
import { Sure } from "../parts/Sure.js"
import { useAct } from "../parts/useAct.js"
import { deedText } from "../texts/deedText.js"
import { texts } from "../texts/Texts.js"

type Operation = Schemas["Operation"]

/** To be undone, under a key: asked for again, it is undone once. */
interface Asked extends Operation {
  readonly key: string
}

/** As many are shown. */
const few = 5

export const Done = ({ library }: { readonly library: string }) => {
  const t = texts.value
  const asked = useSignal<Asked | undefined>(undefined)
  const said = useSignal("")
  const { trouble, act } = useAct()
  const list = useAnswer(`operations ${library}`, (signal) =>
    answerOf(
      client.GET("/v1/libraries/{library}/operations", {
        signal,
        params: { path: { library }, query: { limit: few } }
      })
    )
  )
  const close = () => {
    asked.value = undefined
  }
  const undo = ({ number, key }: Asked) =>
    act(async () => {
      const params = { path: { library, id: String(number) }, header: { "idempotency-key": key } }
      const { outcome } = await endOf(
        library,
        client.POST("/v1/libraries/{library}/operations/{id}/undo", { params, body: {} }),
        ({ undone }) => undone
      )
      said.value = outcome.conflicts > 0 ? t.doneUndoneInPart(outcome.conflicts) : t.restoreTold.undone
    })
  const items = list.value?.items ?? []
  if (list._tag === "Failed") return <Wrong error={list.error} again={list.again} />
  if (items.length === 0) return null
  return (
    <section aria-labelledby="done">
      <h2 id="done">{t.doneLately}</h2>
      <p role="status">{said.value}</p>
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
      <ul class="rows">
        {items.map((operation) => (
          <li key={operation.number}>
            {deedText(operation.deed)}
            <span class="facts">
              <Time at={operation.at} /> · <Name of={operation.actor} />
            </span>
            <button
              type="button"
              class="quiet"
              aria-label={`${t.undo}: ${deedText(operation.deed)}`}
              onClick={() => {
                asked.value = { ...operation, key: newKey() }
              }}
            >
              {t.undo}
            </button>
          </li>
        ))}
      </ul>
      {asked.value !== undefined && (
        <Sure title={t.undo} onClose={close} onYes={() => asked.value && void undo(asked.value)}>
          <p>
            <strong>{deedText(asked.value.deed)}</strong>
          </p>
          <p>{t.doneSure}</p>
        </Sure>
      )}
    </section>
  )
}
