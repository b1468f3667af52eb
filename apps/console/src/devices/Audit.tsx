import { answerOf, client } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Said, Time, Wrong } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"

/** What was done on the server, as its audit log has it. */
export const Audit = () => {
  const t = texts.value
  const list = useAnswer("audit", (signal) =>
    answerOf(client.GET("/v1/audit", { signal, params: { query: { limit: 200 } } }))
  )
  return (
    <section aria-labelledby="audit">
      <h2 id="audit">{t.audit}</h2>
      {list._tag === "Failed" && <Wrong error={list.error} again={list.again} />}
      {list.value?.items.length === 0 && <p>{t.auditNone}</p>}
      <ol class="rows audit" reversed>
        {list.value?.items
          .toSorted((a, b) => b.number - a.number)
          .map(({ number, at, actor, action, subject, detail }) => (
            <li key={number}>
              <Time at={at} exact={true} />{" "}
              <Said>
                <bdi>{actor}</bdi> · {action} · <bdi>{subject}</bdi>
                {detail !== "" && (
                  <>
                    {" · "}
                    <bdi>{detail}</bdi>
                  </>
                )}
              </Said>
            </li>
          ))}
      </ol>
    </section>
  )
}
