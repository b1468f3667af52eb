/** Copies the library of this computer to its places, or to a first one, and shows how far it is: with a button, and not with a command. */
import { useEffect, useId } from "preact/hooks"
import { answerOf, client, Refusal, type Schemas } from "../api/Client.js"
import { live } from "../api/Live.js"
import { useAnswer } from "../api/useAnswer.js"
import { Name, Said, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { isolated, texts } from "../texts/Texts.js"

type Copy = Schemas["Copy"]

export interface CopyNowProps {
  readonly library: string
  /** Something is not safe yet, or not everywhere. */
  readonly isWanted: boolean
  /** Vaults that have everything: what was said of a copy is so as long as that. */
  readonly complete: ReadonlyArray<string>
}

/** While something is copied it is looked at so often; while a disk is awaited, so often whether one was plugged in. */
const lookMs = 400
const awaitMs = 3000

export const CopyNow = ({ library, isWanted, complete }: CopyNowProps) => {
  const t = texts.value
  const params = { path: { library } }
  const list = useAnswer(`copies ${library}`, (signal) =>
    answerOf(client.GET("/v1/libraries/{library}/copies", { signal, params }))
  )
  const { isBusy, trouble, act } = useAct()
  const isRunning = list.value?.isRunning === true
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(list.again, lookMs)
    return () => {
      clearInterval(timer)
      // It came to its end: what is safe now is judged again.
      live.wake()
    }
  }, [isRunning])
  const isAwaited = !isRunning && isWanted && list.value?.vaults.length === 0
  useEffect(() => {
    if (!isAwaited) return
    const timer = setInterval(list.again, awaitMs)
    return () => clearInterval(timer)
  }, [isAwaited])
  const copy = (place: string | undefined) =>
    act(async () => {
      const body = place === undefined ? {} : { place }
      await answerOf(client.POST("/v1/libraries/{library}/copies", { params, body }))
      list.again()
    })
  // Whoever has the library elsewhere copies it there.
  if (list._tag === "Failed" && list.error instanceof Refusal && list.error.problem.type === "HomeElsewhere")
    return null
  if (list.value === undefined)
    return list._tag === "Failed" ? <Wrong error={list.error} again={list.again} /> : null
  const { copies, vaults, offered } = list.value
  const told = copies.filter(({ name, state }) => state === "failed" || complete.includes(name))
  const isIdle = !isRunning && !isBusy.value
  return (
    <div class="copying">
      {isIdle && vaults.length > 0 && (
        <p>
          <button type="button" class={isWanted ? "main" : "quiet"} onClick={() => void copy(undefined)}>
            {t.copyNow}
          </button>
        </p>
      )}
      {isIdle && isWanted && offered.length > 0 && (
        <>
          <p>{t.copyOffered}</p>
          <p class="buttons">
            {offered.map(({ place, label }) => (
              <button
                type="button"
                key={place}
                class={vaults.length === 0 ? "main" : ""}
                onClick={() => void copy(place)}
              >
                <bdi title={place}>{t.copyTo(isolated(label))}</bdi>
              </button>
            ))}
          </p>
        </>
      )}
      {isIdle && vaults.length === 0 && offered.length === 0 && <p>{t.copyNowhere}</p>}
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
      {isRunning && copies.map((each) => <Progress key={each.name} of={each} />)}
      <div role="status">
        {isRunning && <p>{t.copyRunning}</p>}
        {!isRunning &&
          told.map(({ name, state, detail, recovery }) => (
            <p key={name}>
              <strong>
                <Name of={name} />
              </strong>
              {": "}
              {state === "failed" ? (
                <Said>
                  {detail} {recovery}
                </Said>
              ) : (
                t.copyDone
              )}
            </p>
          ))}
      </div>
    </div>
  )
}

/** A place, and how far it is there. */
const Progress = ({ of: { name, state, done, total } }: { readonly of: Copy }) => {
  const isKnown = state === "done" || total > 0
  const label = useId()
  return (
    <p>
      <span id={label}>
        <Name of={name} />
      </span>{" "}
      {isKnown ? (
        <progress
          aria-labelledby={label}
          max={100}
          value={state === "done" ? 100 : Math.floor((100 * done) / total)}
        />
      ) : (
        <progress aria-labelledby={label} />
      )}
    </p>
  )
}
