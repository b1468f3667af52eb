import { useSignal } from "@preact/signals"
import { answerOf, client, idInPath } from "../api/Client.js"
import { Name, Wrong } from "../parts/Parts.js"
import { typed } from "../parts/typed.js"
import { useAct } from "../parts/useAct.js"
import { texts } from "../texts/Texts.js"

export interface AddProfileProps {
  readonly library: string
  readonly vaults: ReadonlyArray<string>
}

const rhythms = ["hourly", "daily", "weekdays", "weekly"] as const
type Rhythm = (typeof rhythms)[number]

/** The rule as the library reads it. */
const ruleOf = (rhythm: Rhythm, time: string): string =>
  ({ hourly: "every hour", daily: `daily ${time}`, weekdays: `weekdays ${time}`, weekly: `sundays ${time}` })[
    rhythm
  ]

/** A new profile: how often, at what time, to which vaults, how many stay. What was typed stays until it is there. */
export const AddProfile = ({ library, vaults }: AddProfileProps) => {
  const t = texts.value
  const name = useSignal("")
  const rhythm = useSignal<Rhythm>("daily")
  const time = useSignal("18:00")
  const keepLast = useSignal("30")
  const places = useSignal<ReadonlySet<string>>(new Set(vaults))
  const { isBusy, trouble, act } = useAct()
  const add = (event: Event) => {
    event.preventDefault()
    void act(async () => {
      await answerOf(
        client.PUT("/v1/libraries/{library}/profiles/{id}", {
          params: {
            path: { library, id: idInPath(name.value.trim()) },
            header: { "if-none-match": "*" }
          },
          body: {
            when: [ruleOf(rhythm.value, time.value)],
            places: vaults.filter((vault) => places.value.has(vault)),
            keep: { last: Number(keepLast.value) }
          }
        })
      )
      name.value = ""
    })
  }
  return (
    <details>
      <summary>{t.scheduleAdd}</summary>
      <form class="words-of" onSubmit={add}>
        <label>
          {t.scheduleName}
          <input type="text" required maxLength={64} {...typed(name)} />
        </label>
        <fieldset class="tracks">
          <legend>{t.scheduleHowOften}</legend>
          {rhythms.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name="rhythm"
                checked={rhythm.value === each}
                onChange={() => {
                  rhythm.value = each
                }}
              />
              {t.rhythms[each]}
            </label>
          ))}
        </fieldset>
        {rhythm.value !== "hourly" && (
          <label>
            {t.scheduleTime}
            <input type="time" required {...typed(time)} />
          </label>
        )}
        <label>
          {t.scheduleKeep}
          <input type="number" required min={1} max={1000000} {...typed(keepLast)} />
        </label>
        {vaults.length > 0 && (
          <fieldset class="tracks">
            <legend>{t.scheduleTo}</legend>
            {vaults.map((vault) => (
              <label key={vault}>
                <input
                  type="checkbox"
                  checked={places.value.has(vault)}
                  onChange={({ currentTarget }) => {
                    const next = new Set(places.value)
                    if (currentTarget.checked) next.add(vault)
                    else next.delete(vault)
                    places.value = next
                  }}
                />
                <Name of={vault} />
              </label>
            ))}
          </fieldset>
        )}
        {trouble.value !== undefined && <Wrong error={trouble.value} />}
        <button type="submit" class="main" disabled={isBusy.value || name.value.trim() === ""}>
          {t.scheduleAdd}
        </button>
      </form>
    </details>
  )
}
