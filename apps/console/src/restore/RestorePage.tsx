/**
 * Bringing back: what will happen before anything happens, with choices; then what happened, and one Undo. The wish stands
 * in the address, so that nothing of it is lost; the plan is made again with every choice.
 */
import { useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import { goTo } from "../address/Address.js"
import { addressOf, bodyOf, commandOf, linkToRestore, wishIn } from "../address/Wish.js"
import { answerOf, client, newKey, Refusal } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Command, Pending, Title, Waiting, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { language, texts } from "../texts/Texts.js"
import { PlanView } from "./PlanView.js"
import type { Restore } from "./Restore.js"
import { RestoreView } from "./RestoreView.js"
import { restoredBy } from "./restoredBy.js"

export interface RestorePageProps {
  readonly library: string
  /** That was made already; without it the wish in the query is planned. */
  readonly id: string
  readonly query: URLSearchParams
}

export const RestorePage = ({ library, id, query }: RestorePageProps) =>
  id === "" ? <Planned library={library} query={query} /> : <Made key={id} library={library} id={id} />

const Made = ({ library, id }: { readonly library: string; readonly id: string }) => {
  const restore = useAnswer(`restore ${library} ${id}`, (signal) =>
    answerOf(
      client.GET("/v1/libraries/{library}/restores/{id}", { signal, params: { path: { library, id } } })
    )
  )
  if (restore.value === undefined) return <Pending title={texts.value.restores} of={restore} />
  return <RestoreView restore={restore.value} />
}

const isOutdated = (error: unknown): boolean =>
  error instanceof Refusal && ["PlanOutdated", "RevisionOutdated"].includes(error.problem.type)

const Planned = ({ library, query }: Omit<RestorePageProps, "id">) => {
  const t = texts.value
  const wish = wishIn(query)
  const text = query.toString()
  const plan = useSignal<Restore | undefined>(undefined)
  const isPlanning = useSignal(false)
  const isOld = useSignal(false)
  const turn = useSignal(0)
  const { isBusy, trouble, act } = useAct()
  // Every choice is another plan, and so is another language; the question for the one before ends.
  useEffect(() => {
    const abort = new AbortController()
    isPlanning.value = true
    trouble.value = undefined
    const settle = (made: Restore | undefined, error: unknown) => {
      if (abort.signal.aborted) return
      if (made !== undefined) plan.value = made
      trouble.value = error
      isPlanning.value = false
    }
    restoredBy(
      library,
      client.POST("/v1/libraries/{library}/restores", {
        signal: abort.signal,
        params: { path: { library }, header: { "idempotency-key": newKey() } },
        body: { ...bodyOf(wish), dryRun: true, language: language.value }
      }),
      abort.signal
    ).then(
      (made) => settle(made, undefined),
      (error) => settle(undefined, error)
    )
    return () => abort.abort()
  }, [text, turn.value, language.value])

  const apply = ({ id, revision }: Restore) =>
    act(async () => {
      const params = { path: { library, id }, header: { "if-match": `"${revision}"` } }
      try {
        await restoredBy(library, client.POST("/v1/libraries/{library}/restores/{id}/apply", { params }))
        goTo(linkToRestore(library, id), true)
      } catch (error) {
        if (!isOutdated(error)) throw error
        isOld.value = true
        turn.value++
      }
    })
  return (
    <>
      <Title>{t.restoreTitle}</Title>
      {isOld.value && (
        <p class="wrong" role="alert">
          {t.restoreOutdated}
        </p>
      )}
      {trouble.value !== undefined && <Wrong error={trouble.value} again={() => turn.value++} />}
      {plan.value === undefined && trouble.value === undefined && <Waiting />}
      {plan.value !== undefined && (
        <PlanView
          library={library}
          plan={plan.value}
          wish={wish}
          isBusy={isPlanning.value || isBusy.value}
          onChoose={(next) => goTo(addressOf(library, next), true)}
          onApply={() => plan.value && void apply(plan.value)}
        />
      )}
      <details>
        <summary>{t.command}</summary>
        <Command line={commandOf(wish)} />
      </details>
    </>
  )
}
