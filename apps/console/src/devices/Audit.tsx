import { useSignal } from "@preact/signals"
import { answerOf, client } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { More } from "../parts/More.js"
import { Said, Time, Wrong } from "../parts/Parts.js"
import { known } from "../texts/known.js"
import { texts } from "../texts/Texts.js"

/** So many entries are shown, and so many more when they are asked for. */
const few = 50

/** What was done on the server, the newest first, as its audit log has it. */
export const Audit = () => {
  const t = texts.value
  const wanted = useSignal(few)
  const list = useAnswer(`audit ${wanted.value}`, (signal) =>
    answerOf(client.GET("/v1/audit", { signal, params: { query: { order: "newest", limit: wanted.value } } }))
  )
  return (
    <section aria-labelledby="audit">
      <h2 id="audit">{t.audit}</h2>
      {list._tag === "Failed" && <Wrong error={list.error} again={list.again} />}
      {list.value?.items.length === 0 && <p>{t.auditNone}</p>}
      <ol class="rows audit" reversed>
        {list.value?.items.map(({ number, at, actor, action, subject, detail }) => (
          <li key={number}>
            <Time at={at} exact={true} /> <bdi>{actor}</bdi> ·{" "}
            {known(t.auditActions, action) ?? <Said>{action}</Said>} · <bdi>{subject}</bdi>
            {detail !== "" && (
              <>
                {" · "}
                <bdi>{detail}</bdi>
              </>
            )}
          </li>
        ))}
      </ol>
      {list.value?.isLast === false && <More wanted={wanted} step={5 * few} label={t.auditMore} />}
    </section>
  )
}
