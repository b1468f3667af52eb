import { linkTo } from "../address/Link.js"
import { answerOf, client } from "../api/Client.js"
import { Command, Name, Said, Time, Title, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { known } from "../texts/known.js"
import { language, texts, timeText } from "../texts/Texts.js"
import type { Restore } from "./Restore.js"
import { restoredBy } from "./restoredBy.js"

/** Which parts of it were asked for; none where it is the whole. */
const partsOf = ({ decisions = [] }: Restore, kind: string, id: string) =>
  decisions.find((each) => each.kind === kind && each.id === id)?.parts ?? []

/** What its plan calls a part in the language of the page. English has the names. */
const labelOf = (
  { preview }: Restore,
  { kind, id }: { readonly kind: string; readonly id: string },
  part: string
) =>
  language.value === "en"
    ? part
    : preview?.items
        .find((item) => item.kind === kind && item.id === id)
        ?.parts?.find(({ name }) => name === part)?.label

/** Why it did not come to pass. */
const reasonText = (reason: string): string => known(texts.value.restoreReasons, reason) ?? reason

/** A restore that was asked for: where it stands, what it came to, and the way back. */
export const RestoreView = ({ restore }: { readonly restore: Restore }) => {
  const t = texts.value
  const { id, library, state, home, revision, outcome, device, only, reason, savedAt, source } = restore
  const { isBusy, trouble, act } = useAct()
  const change = (what: "undo" | "cancel") =>
    act(async () => {
      const params = { path: { library, id }, header: { "if-match": `"${revision}"` } }
      if (what === "undo")
        await restoredBy(library, client.POST("/v1/libraries/{library}/restores/{id}/undo", { params }))
      else await answerOf(client.POST("/v1/libraries/{library}/restores/{id}/cancel", { params }))
    })
  const canCancel = (state === "waiting" || state === "heard") && restore.begun !== true
  const now = new Date()
  return (
    <>
      <Title>{t.restoreStates[state]}</Title>
      <p class="lead" role="status">
        {t.restoreTold[state]}
        {reason !== undefined && ` ${reasonText(reason)}`}
      </p>
      <ul class="rows">
        {(only ?? []).map(({ kind, id: entity, name }) => (
          <li key={`${kind} ${entity}`}>
            {kind === "preferences" ? (
              <Name of={name} />
            ) : (
              <a href={linkTo([library, kind, entity])}>
                <Name of={name} />
              </a>
            )}
            {partsOf(restore, kind, entity).map((part) => {
              const label = labelOf(restore, { kind, id: entity }, part.name)
              return (
                <span class="tag" key={part.name}>
                  <bdi lang={label === undefined ? "en" : undefined}>{label ?? part.name}</bdi>:{" "}
                  {t.partChoices[part.choice]}
                </span>
              )
            })}
          </li>
        ))}
      </ul>
      <p class="facts">
        {t.restoredFrom(savedAt === null ? source : timeText(savedAt, now))} · <Time at={restore.changedAt} />
        {device !== null && (
          <>
            {" · "}
            <Name of={device.name} />
          </>
        )}
        {canCancel &&
          restore.expiresAt !== undefined &&
          ` · ${t.restoreExpires(timeText(restore.expiresAt, now))}`}
      </p>
      {outcome !== undefined && state === "applied" && (
        <p>
          <strong>
            {t.doneCounts(outcome.plan.create, outcome.plan.update, outcome.plan.delete, outcome.plan.keep)}
          </strong>
        </p>
      )}
      {outcome?.errors.map((error) => (
        <p class="wrong" key={error}>
          <Said>{error}</Said>
        </p>
      ))}
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
      <div class="buttons">
        {state === "applied" && home === "server" && (
          <button type="button" disabled={isBusy.value} onClick={() => void change("undo")}>
            {t.undo}
          </button>
        )}
        {canCancel && (
          <button type="button" disabled={isBusy.value} onClick={() => void change("cancel")}>
            {t.takeBack}
          </button>
        )}
        <a href={linkTo([library])}>{t.home}</a>
      </div>
      {state === "applied" && home === "device" && (
        <>
          <p>{t.undoThere}</p>
          <Command line="whiteroom undo" />
        </>
      )}
    </>
  )
}
