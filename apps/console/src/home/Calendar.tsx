import { useSignal } from "@preact/signals"
import { linkTo } from "../address/Link.js"
import { Name } from "../parts/Parts.js"
import { dayText, monthText, texts, timeText } from "../texts/Texts.js"
import type { Backup } from "./Backup.js"

const keyOf = (date: Date): string => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`

/** The days of a month, the week beginning on Monday; `undefined` for those of other months. */
const daysOf = (month: Date): ReadonlyArray<Date | undefined> => {
  const first = new Date(month.getFullYear(), month.getMonth(), 1)
  const lead = (first.getDay() + 6) % 7
  const count = new Date(month.getFullYear(), month.getMonth() + 1, 0).getDate()
  return [
    ...Array.from({ length: lead }, () => undefined),
    ...Array.from({ length: count }, (_, day) => new Date(month.getFullYear(), month.getMonth(), day + 1))
  ]
}

/** The months of the backups, newest first, each day with how many it has; a day shows them. */
export const Calendar = (props: { readonly library: string; readonly backups: ReadonlyArray<Backup> }) => {
  const t = texts.value
  const chosen = useSignal<string | undefined>(undefined)
  const shownMonths = useSignal(3)
  const days = new Map<string, Array<Backup>>()
  for (const backup of props.backups) {
    const key = keyOf(new Date(backup.timestamp))
    const list = days.get(key)
    if (list) list.push(backup)
    else days.set(key, [backup])
  }
  const months = [
    ...new Map(
      props.backups.map(({ timestamp }) => {
        const date = new Date(timestamp)
        return [`${date.getFullYear()}-${date.getMonth()}`, new Date(date.getFullYear(), date.getMonth(), 1)]
      })
    ).values()
  ]
  const there = chosen.value === undefined ? [] : (days.get(chosen.value) ?? [])
  return (
    <>
      <div class="months">
        {months.slice(0, shownMonths.value).map((month) => (
          <div key={month.getTime()}>
            <h3>{monthText(month)}</h3>
            <div class="month">
              {daysOf(month).map((day, index) => {
                if (day === undefined) return <span key={`-${index}`} />
                const count = days.get(keyOf(day))?.length ?? 0
                return (
                  <button
                    key={day.getDate()}
                    type="button"
                    disabled={count === 0}
                    class={`day d${Math.min(count, 4)}`}
                    aria-pressed={chosen.value === keyOf(day)}
                    aria-label={t.calendarDay(dayText(day), count)}
                    onClick={() => {
                      chosen.value = keyOf(day)
                    }}
                  >
                    {day.getDate()}
                  </button>
                )
              })}
            </div>
          </div>
        ))}
      </div>
      {months.length > shownMonths.value && (
        <button type="button" class="quiet" onClick={() => (shownMonths.value += 12)}>
          {t.more}
        </button>
      )}
      <ul class="rows" aria-live="polite">
        {there.map(({ number, timestamp, description }) => (
          <li key={number}>
            <a href={linkTo([props.library, "backup", `b${number}`])}>
              <b>b{number}</b> {timeText(timestamp, new Date())}
            </a>
            <span class="facts">{description !== "" && <Name of={description} />}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
