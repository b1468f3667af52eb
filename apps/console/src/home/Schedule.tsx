/** What backs the library up by itself: each profile as a sentence, to be paused, to be run now, and a new one. */
import { useSignal } from "@preact/signals"
import { answerOf, client, idInPath, Refusal, type Schemas } from "../api/Client.js"
import { live } from "../api/Live.js"
import { useAnswer } from "../api/useAnswer.js"
import { Name, Said, Waiting, Wrong } from "../parts/Parts.js"
import { ruleText } from "../texts/ruleText.js"
import { listText, texts, timeText } from "../texts/Texts.js"
import { AddProfile } from "./AddProfile.js"

type Profile = Schemas["ScheduledProfile"]

export interface ScheduleProps {
  readonly library: string
  /** Names of vaults that a new profile can send to. */
  readonly vaults: ReadonlyArray<string>
  /** Whether something seems to run what is due. */
  readonly isRun: boolean
}

export const Schedule = ({ library, vaults, isRun }: ScheduleProps) => {
  const t = texts.value
  const list = useAnswer(`profiles ${library}`, (signal) =>
    answerOf(client.GET("/v1/libraries/{library}/schedule", { signal, params: { path: { library } } }))
  )
  // The program that has the library does not run any for it.
  if (list._tag === "Failed" && list.error instanceof Refusal && list.error.problem.type === "HomeElsewhere")
    return null
  return (
    <section aria-labelledby="schedule">
      <h2 id="schedule">{t.schedule}</h2>
      {list._tag === "Failed" && <Wrong error={list.error} again={list.again} />}
      {list.value === undefined && list._tag === "Loading" && <Waiting />}
      <ul class="rows">
        {list.value?.items.map((profile) => (
          <Row key={profile.name} library={library} profile={profile} isRun={isRun} again={list.again} />
        ))}
      </ul>
      <AddProfile library={library} vaults={vaults} again={list.again} />
    </section>
  )
}

interface RowProps {
  readonly library: string
  readonly profile: Profile
  readonly isRun: boolean
  readonly again: () => void
}

/** `Every day at 18:00, here and to studio.` */
const sentenceOf = ({ when, places }: Profile): string => {
  const t = texts.value
  const others = places.map(({ place }) => place).filter((place) => place !== "")
  return t.scheduleSentence(listText(when.map(ruleText)), listText([t.safeHere, ...others]))
}

const nextOf = ({ enabled, next, overdueSince, pausedUntil }: Profile, isRun: boolean): string => {
  const t = texts.value
  const now = new Date()
  if (!enabled) return t.schedulePaused
  if (pausedUntil !== null && Date.parse(pausedUntil) > now.getTime())
    return t.schedulePausedUntil(timeText(pausedUntil, now))
  if (overdueSince !== null) return t.nextOverdue(timeText(overdueSince, now))
  if (next === null) return t.scheduleNever
  return Date.parse(next) <= now.getTime()
    ? isRun
      ? t.scheduleDue
      : t.scheduleIdle
    : t.scheduleNext(timeText(next, now))
}

const isPaused = ({ enabled, pausedUntil }: Profile): boolean =>
  !enabled || (pausedUntil !== null && Date.parse(pausedUntil) > Date.now())

const Row = ({ library, profile, isRun, again }: RowProps) => {
  const t = texts.value
  const said = useSignal<ReadonlyArray<string>>([])
  const trouble = useSignal<unknown>(undefined)
  const isBusy = useSignal(false)
  const { name, stored } = profile
  const params = { path: { library, id: idInPath(name) } }
  const act = async (work: () => Promise<ReadonlyArray<string>>) => {
    isBusy.value = true
    trouble.value = undefined
    said.value = []
    try {
      said.value = await work()
    } catch (error) {
      trouble.value = error
    }
    isBusy.value = false
    again()
  }
  const pause = () =>
    act(async () => {
      const body = { enabled: isPaused(profile) }
      await answerOf(client.PATCH("/v1/libraries/{library}/schedule/{id}", { params, body }))
      return []
    })
  const run = () =>
    act(async () => {
      const { runs } = await answerOf(client.POST("/v1/libraries/{library}/schedule/{id}/run", { params }))
      live.wake()
      return runs.map(({ place, outcome, detail }) =>
        t.scheduleRan(place === "" ? t.safeHere : place, t.outcomes[outcome ?? "failed"], detail ?? "")
      )
    })
  return (
    <li>
      <strong>
        <Name of={name} />
      </strong>{" "}
      {sentenceOf(profile)}
      <span class="facts">
        {nextOf(profile, isRun)}
        {!stored && ` ${t.scheduleByPreferences}`}
      </span>
      <p class="buttons">
        <button
          type="button"
          class="quiet"
          disabled={isBusy.value}
          aria-label={`${t.scheduleRun}: ${name}`}
          onClick={() => void run()}
        >
          {t.scheduleRun}
        </button>
        {stored && (
          <button
            type="button"
            class="quiet"
            disabled={isBusy.value}
            aria-label={`${isPaused(profile) ? t.scheduleResume : t.schedulePause}: ${name}`}
            onClick={() => void pause()}
          >
            {isPaused(profile) ? t.scheduleResume : t.schedulePause}
          </button>
        )}
      </p>
      <div role="status">
        {isBusy.value && <p class="facts">{t.loading}</p>}
        {said.value.map((line) => (
          <p class="facts" key={line}>
            <Said>{line}</Said>
          </p>
        ))}
      </div>
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
    </li>
  )
}
