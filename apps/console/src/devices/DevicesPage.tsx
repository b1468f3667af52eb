/** How the server is, whose libraries it has, who has access, who is invited, what was done: for its admins. */
import { useSignal } from "@preact/signals"
import { linkTo } from "../address/Link.js"
import { allOf, answerOf, client } from "../api/Client.js"
import type { Access, Library } from "../api/Session.js"
import { useAnswer } from "../api/useAnswer.js"
import { AllOnTheirWay } from "../home/AllOnTheirWay.js"
import { ServerState } from "../home/ServerState.js"
import { Name, Time, Title, Waiting, Wrong } from "../parts/Parts.js"
import { Sure } from "../parts/Sure.js"
import { useAct } from "../parts/useAct.js"
import { cut, isolated, texts } from "../texts/Texts.js"
import { Audit } from "./Audit.js"
import { Groups } from "./Groups.js"
import { Invite } from "./Invite.js"
import { OpenInvitations } from "./OpenInvitations.js"

export interface DevicesPageProps {
  readonly libraries: ReadonlyArray<Library>
  readonly isAdmin: boolean
}

export const DevicesPage = ({ libraries, isAdmin }: DevicesPageProps) => {
  const t = texts.value
  return (
    <>
      <Title>{t.devices}</Title>
      {isAdmin ? (
        <>
          <ServerState libraries={libraries} />
          <p>
            <a href={linkTo(["devices", "settings"])}>{t.settings}</a>
          </p>
          <Groups libraries={libraries} />
          <AllOnTheirWay libraries={libraries} />
          <AccessList libraries={libraries} />
          <Invite libraries={libraries} />
          <OpenInvitations />
          <Audit />
        </>
      ) : (
        <p class="lead">{t.notAdmin}</p>
      )}
    </>
  )
}

const AccessList = ({ libraries }: { readonly libraries: ReadonlyArray<Library> }) => {
  const t = texts.value
  const asked = useSignal<Access | undefined>(undefined)
  const said = useSignal("")
  const { trouble, act } = useAct()
  const list = useAnswer("access", (signal) =>
    allOf((after) =>
      answerOf(
        client.GET("/v1/access", { signal, params: { query: { limit: 1000, ...(after && { after }) } } })
      )
    )
  )
  const nameOf = (id: string) => libraries.find((library) => library.id === id)?.name ?? id
  const revoke = ({ id, name }: Access) =>
    act(async () => {
      await answerOf(client.DELETE("/v1/access/{id}", { params: { path: { id } } }))
      said.value = t.revoked1(isolated(name))
    })
  if (list.value === undefined)
    return list._tag === "Failed" ? <Wrong error={list.error} again={list.again} /> : <Waiting />
  return (
    <section aria-labelledby="access">
      <h2 id="access">{t.accessTitle}</h2>
      <p role="status">{said.value}</p>
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
      <table>
        <thead>
          <tr>
            <th scope="col">{t.person}</th>
            <th scope="col">{t.role}</th>
            <th scope="col">{t.library}</th>
            <th scope="col">{t.lastUsed}</th>
            <th scope="col">{t.expires}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {list.value.map((each) => (
            <tr key={each.id} class={each.revokedAt === null ? "" : "gone"}>
              <th scope="row">
                <Name of={each.name} />
                <span class="facts">
                  <Name of={each.device} />
                </span>
              </th>
              <td>{t.roles[each.role]}</td>
              <td>
                <bdi>
                  {each.group === undefined
                    ? cut(each.libraries.map(nameOf).join(", "))
                    : t.groupOf(each.group)}
                </bdi>
              </td>
              <td>
                {each.lastUsedAt === null ? t.neverYet : <Time at={each.lastUsedAt} />}
                {each.lastUsedFrom !== null && <span class="facts">{t.lastFrom(each.lastUsedFrom)}</span>}
              </td>
              <td>{each.expiresAt === null ? t.forever : <Time at={each.expiresAt} exact={true} />}</td>
              <td>
                {each.revokedAt === null ? (
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`${t.revoke}: ${each.name}, ${each.device}`}
                    onClick={() => {
                      asked.value = each
                    }}
                  >
                    {t.revoke}
                  </button>
                ) : (
                  <Time at={each.revokedAt} exact={true} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked.value !== undefined && (
        <Sure
          title={t.revoke}
          onClose={() => {
            asked.value = undefined
          }}
          onYes={() => asked.value !== undefined && void revoke(asked.value)}
        >
          <p>{t.revokeSure(isolated(asked.value.name))}</p>
        </Sure>
      )}
    </section>
  )
}
