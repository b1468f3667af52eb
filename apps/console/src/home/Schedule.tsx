/** What backs the library up by itself: each profile as a sentence, to be paused, to be run now, and a new one. */
import { useSignal } from "@preact/signals"
import { answerOf, client, idInPath, type Schemas } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Name, Said, Waiting, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { ruleText } from "../texts/ruleText.js"
import { listText, texts, timeText } from "../texts/Texts.js"
import { AddProfile } from "./AddProfile.js"

type Profile = Schemas["Profile"]

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
    answerOf(client.GET("/v1/libraries/{library}/profiles", { signal, params: { path: { library } } }))
  )
  return (
    <section aria-labelledby="schedule">
      <h2 id="schedule">{t.schedule}</h2>
      {list._tag === "Failed" && <Wrong error={list.error} again={list.again} />}
      {list.value === undefined && list._tag === "Loading" && <Waiting />}
      <ul class="rows">
        {list.value?.items.map((profile) => (
          <Row key={profile.name} library={library} profile={profile} isRun={isRun} />
        ))}
      </ul>
      <AddProfile library={library} vaults={vaults} />
    </section>
  )
}

interface RowProps {
  readonly library: string
  readonly profile: Profile
  readonly isRun: boolean
}

/** `Every day at 18:00, here and to studio.` */
const sentenceOf = ({ when, places = [] }: Profile): string => {
  const t = texts.value
  return t.scheduleSentence(listText(when.map(ruleText)), listText([t.safeHere, ...places]))
}

const nextOf = (profile: Profile, isRun: boolean): string => {
  const { next, overdueSince, pausedUntil } = profile
  const t = texts.value
  const now = new Date()
  if (profile.enabled === false) return t.schedulePaused
  if (pausedUntil !== undefined && Date.parse(pausedUntil) > now.getTime())
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
  enabled === false || (pausedUntil !== undefined && Date.parse(pausedUntil) > Date.now())

/** What a run came to, and why, as the library says it. */
interface Ran {
  readonly text: string
  readonly detail: string | null
}

const Row = ({ library, profile, isRun }: RowProps) => {
  const t = texts.value
  const said = useSignal<ReadonlyArray<Ran>>([])
  const { isBusy, trouble, act } = useAct()
  const { name, stored } = profile
  const params = { path: { library, id: idInPath(name) } }
  const sentence = sentenceOf(profile)
  const change = (work: () => Promise<ReadonlyArray<Ran>>) => {
    said.value = []
    void act(async () => {
      said.value = await work()
    })
  }
  const pause = () =>
    change(async () => {
      const at = "/v1/libraries/{library}/profiles/{id}"
      const read = await client.GET(at, { params })
      // Who lets it go on wants it now, and not when an earlier pause ends.
      const {
        name: _,
        stored: __,
        next: ___,
        overdueSince: ____,
        pausedUntil: _____,
        ...wish
      } = await answerOf(Promise.resolve(read))
      const header = { "if-match": read.response.headers.get("etag") ?? "" }
      const body = { ...wish, enabled: isPaused(profile) }
      await answerOf(client.PUT(at, { params: { ...params, header }, body }))
      return []
    })
  const run = () =>
    change(async () => {
      const { runs } = await answerOf(client.POST("/v1/libraries/{library}/profiles/{id}/run", { params }))
      return runs.map(({ place, outcome, detail }) => ({
        text: t.scheduleRan(place === "" ? t.safeHere : place, t.outcomes[outcome ?? "failed"]),
        detail
      }))
    })
  return (
    <li>
      {stored && (
        <>
          <strong>
            <Name of={name} />
          </strong>{" "}
        </>
      )}
      {sentence}
      <span class="facts">
        {nextOf(profile, isRun)}
        {!stored && ` ${t.scheduleByPreferences}`}
      </span>
      <p class="buttons">
        <button
          type="button"
          class="quiet"
          disabled={isBusy.value}
          aria-label={`${t.scheduleRun}: ${stored ? name : sentence}`}
          onClick={run}
        >
          {t.scheduleRun}
        </button>
        {stored && (
          <button
            type="button"
            class="quiet"
            disabled={isBusy.value}
            aria-label={`${isPaused(profile) ? t.scheduleResume : t.schedulePause}: ${name}`}
            onClick={pause}
          >
            {isPaused(profile) ? t.scheduleResume : t.schedulePause}
          </button>
        )}
      </p>
      <div role="status">
        {isBusy.value && <p class="facts">{t.loading}</p>}
        {said.value.map(({ text, detail }) => (
          <p class="facts" key={text}>
            {text}
            {detail !== null && (
              <>
                {" ("}
                <Said>{detail}</Said>)
              </>
            )}
          </p>
        ))}
      </div>
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
    </li>
  )
}
