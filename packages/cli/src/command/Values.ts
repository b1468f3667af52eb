/** The values that options take, beyond texts and numbers. */

import { message, text } from "@optique/core/message"
import type { NonEmptyString } from "@optique/core/nonempty"
import type { ValueParser, ValueParserResult } from "@optique/core/valueparser"
import { InvalidInput, parseDuration, parseMoment, parsePeriod } from "@white-room/core"
import type { CheckOptions } from "@white-room/store"
import { cannotBeMeant } from "./cannotBeMeant.js"

/** A value that `read` understands; `expected` completes "… cannot be meant: say …". */
export const valueBy = <A>(
  metavar: NonEmptyString,
  placeholder: A,
  expected: string,
  read: (input: string) => A | undefined
): ValueParser<"sync", A> => ({
  mode: "sync",
  metavar,
  placeholder,
  parse: (input): ValueParserResult<A> => {
    const value = read(input)
    if (value !== undefined) return { success: true, value }
    return { success: false, error: cannotBeMeant(input, expected) }
  },
  format: String
})

/** A time, as `parsePeriod` of core reads it; `choose` makes a moment of the period that is meant. */
const time = (choose: (input: string, now: number) => number | Date): ValueParser<"sync", Date> => ({
  ...valueBy("TIME", new Date(0), "a time", () => undefined),
  parse: (input): ValueParserResult<Date> => {
    try {
      return { success: true, value: new Date(choose(input, Date.now())) }
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      return {
        success: false,
        error: message`${input}: ${text(error.reason)}.`
      }
    }
  }
})

/** For `--since`: where the period begins. */
export const beginning = () => time((input, now) => parsePeriod(input, now).from)
/** For `--until`: where it ends. */
export const end = () => time((input, now) => parsePeriod(input, now).until)
/** For `--at`: its end, or now. */
export const moment = () => time((input, now) => parseMoment(input, now))
/** For what is to come: where it begins, after now. */
export const coming = () =>
  time((input, now) => {
    const { from } = parsePeriod(input, now, { ahead: true })
    if (from > now) return from
    throw new InvalidInput({ field: "time", reason: "that is not to come" })
  })

/** @see parseDuration */
export const duration = (): ValueParser<"sync", number> =>
  valueBy("DURATION", 0, 'a duration such as "12h", "30d" or "1y"', parseDuration)

type Subset = NonNullable<CheckOptions["subset"]>

/** `3/10`: the third of ten parts; `5%`: about a twentieth. */
export const parseSubset = (input: string): Subset | undefined => {
  const parts = /^(\d{1,6})\/(\d{1,6})$/.exec(input)
  if (parts !== null) {
    const [part, of] = [Number(parts[1]), Number(parts[2])]
    return part >= 1 && part <= of ? { part, of } : undefined
  }
  const percent = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(input)
  const share = Number(percent?.[1] ?? Number.NaN) / 100
  return share > 0 && share <= 1 ? { share } : undefined
}

/** @see parseSubset */
export const subset = (): ValueParser<"sync", Subset> =>
  valueBy("N/T|P%", { share: 1 }, 'a part such as "1/10" or a share such as "5%"', parseSubset)
