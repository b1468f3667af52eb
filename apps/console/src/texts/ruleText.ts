import { known } from "./known.js"
import { texts } from "./Texts.js"

/** When a profile runs, as a sentence goes on with it; rules that a person wrote in another way stay as they are. */
export const ruleText = (rule: string): string => {
  const t = texts.value
  const [, count = "", unit] = /^every (\d+)? ?(minute|hour)s?$/.exec(rule) ?? []
  if (unit === "minute") return t.ruleMinutes(Number(count || 1))
  if (unit === "hour") return t.ruleHours(Number(count || 1))
  const [, days = "", times] = /^(daily|weekdays|weekends|\w+days?) ((?:\d\d:\d\d(?:, )?)+)$/.exec(rule) ?? []
  const day = known(t.ruleDays, days) ?? known(t.ruleDays, days.replace(/s$/, ""))
  return day === undefined || times === undefined ? rule : t.ruleAt(day, times)
}
