import { many, number, one, text } from "./Options.js"
import { duration } from "./Values.js"

const keep = (rule: "last" | "hourly" | "daily" | "weekly" | "monthly" | "yearly", description: string) =>
  one(`--keep-${rule}`, number("N", 0), description)

/** The rules of what to keep, with those descriptions that differ between `prune` and a profile. */
export const keepOptions = (described: {
  readonly last: string
  readonly within: string
  readonly tags: string
}) => ({
  keepLast: keep("last", described.last),
  keepHourly: keep("hourly", "The newest of each of the last N hours that have one."),
  keepDaily: keep("daily", "Of the last N days."),
  keepWeekly: keep("weekly", "Of the last N weeks."),
  keepMonthly: keep("monthly", "Of the last N months."),
  keepYearly: keep("yearly", "Of the last N years."),
  keepWithin: one("--keep-within", duration(), described.within),
  keepTags: many("--keep-tag", text("TAG"), described.tags)
})
