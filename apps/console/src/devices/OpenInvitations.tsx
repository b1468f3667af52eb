import { allOf, answerOf, client } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Name, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { dayText, texts } from "../texts/Texts.js"

/** Those who were invited and did not come yet; what is withdrawn lets nobody in any more. */
export const OpenInvitations = () => {
  const t = texts.value
  const { trouble, act } = useAct()
  const list = useAnswer("invitations", (signal) =>
    allOf((after) =>
      answerOf(
        client.GET("/v1/invitations", { signal, params: { query: { limit: 1000, ...(after && { after }) } } })
      )
    )
  )
  const withdraw = (id: string) =>
    act(async () => {
      await answerOf(client.DELETE("/v1/invitations/{id}", { params: { path: { id } } }))
    })
  const open = list.value?.filter(({ used }) => !used)
  return (
    <section aria-labelledby="invitations">
      <h2 id="invitations">{t.invitations}</h2>
      {list._tag === "Failed" && <Wrong error={list.error} again={list.again} />}
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
      {open?.length === 0 && <p>{t.invitationsNone}</p>}
      <ul class="rows">
        {open?.map(({ id, name, role, expiresAt, triesLeft }) => (
          <li key={id}>
            <Name of={name} />
            <span class="facts">
              {t.roles[role]} · {t.inviteUntil(dayText(new Date(expiresAt)))} {t.inviteTries(triesLeft)}
            </span>
            <button
              type="button"
              class="quiet"
              aria-label={`${t.withdraw}: ${name}`}
              onClick={() => void withdraw(id)}
            >
              {t.withdraw}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
