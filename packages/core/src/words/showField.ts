import type { Json } from "../document/Json.js"
import type { Phrases } from "./Phrases.js"
import { isMeter, isTop, type Place } from "./Place.js"
import { showSeconds, showText, showValue } from "./Show.js"

/** The value of a field as its name asks for: a meter as 3/4, a length as 2:30, names and prose in quotes. */
export const showField = (value: Json, name: string, place: Place, say: Phrases): string => {
  if (isMeter(name) && Array.isArray(value) && value.length === 2)
    return value.map((part) => showValue(part, say)).join("/")
  if (typeof value === "number" && isTop(place) && /^duration(?:_?seconds)?$/i.test(name))
    return showSeconds(value, say)
  if (typeof value === "string" && /^(?:name|title|description|composer|note|notes|comment)$/i.test(name))
    return showText(value, say, true)
  return showValue(value, say)
}
