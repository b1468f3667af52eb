import type { Texts } from "./english.js"
import { known } from "./known.js"

type Reasons = Texts["reasons"]

const unitsOf = ["day", "hour", "minute", "second"] as const

/** A tag may have a comma. */
const nextRule = /, (?=(?:last|hourly|daily|weekly|monthly|yearly|within|tag) )/

/** A rule with its count or the period that it keeps one of: `last 30`, `daily 2026-11-30`. */
const ruleText = (rule: string, t: Reasons): string | undefined => {
  const [, tag] = /^tag (.+)$/s.exec(rule) ?? []
  if (tag !== undefined) return t.tag(tag)
  const [, count, of] = /^within (\d+) (day|hour|minute|second)s?$/.exec(rule) ?? []
  const unit = unitsOf.find((each) => each === of)
  if (count !== undefined && unit !== undefined) return t.within(count, unit)
  const [, word = "", rest, uncertain] =
    /^(\w+)(?: ([\dW:-]+(?: \d\d:\d\d)?))?( \(time uncertain\))?$/.exec(rule) ?? []
  const said = known(t.rules, word)
  if (said === undefined) return undefined
  const text = rest === undefined ? said : `${said} ${rest}`
  return uncertain === undefined ? text : t.uncertain(text)
}

/**
 * Why a backup stays or goes, in the texts of a language: of what the library says in set words. `undefined` for what is not
 * known here yet.
 */
export const reasonText = (reason: string, { reasons: t }: Pick<Texts, "reasons">): string | undefined => {
  if (reason === "newest backup") return t.newest
  if (reason === "pinned") return t.pinned
  if (reason === "expiry is paused: the clock jumped") return t.paused
  if (reason === "imported: kept until you forget it") return t.imported
  if (reason === "safety: its undo is over") return t.undoOver
  const [, until] = /^safety: undo possible until (.+)$/.exec(reason) ?? []
  if (until !== undefined) return t.undoUntil(until)
  const [, outside] = /^outside (.+)$/s.exec(reason) ?? []
  if (outside === undefined) return ruleText(reason, t)
  const rules = outside.split(nextRule).map((rule) => ruleText(rule, t))
  return rules.includes(undefined) ? undefined : t.outside(rules.join(", "))
}
