/** Values as people read them: on one line, never long, safe to print. */

import { fieldOf, isFields, isList, isScalar, type Json, type JsonList } from "../document/Json.js"
import { minute, second } from "../model/Time.js"
import type { Phrases } from "./Phrases.js"

/** The longest value in words, in characters. */
export const valueLimit = 60

/** Control and direction characters would play with a terminal; half a surrogate pair cannot be written at all. */
const safeText = (text: string): string =>
  text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ")

/** Text cut to a length; what is gone is marked. */
export const cutText = (text: string, limit = valueLimit): string => {
  if (text.length <= limit) return safeText(text)
  const whole = text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")
  return `${safeText(whole.trimEnd())}…`
}

/** Six digits tell what a person set: 0.7, not 0.7000000000000001. */
export const showNumber = (value: number, say: Phrases): string =>
  Number.isInteger(value) ? String(value) : say.decimal(String(Number(value.toPrecision(6))))

const plain = /^[\p{L}\p{N}](?:[\p{L}\p{N} _.,:+\-#♭♯()/]*[\p{L}\p{N}#♭♯)])?$/u

/** A text as it is when it is a plain word or two, else in quotes. */
export const showText = (text: string, say: Phrases, quoted = false): string => {
  const cut = cutText(text)
  return !quoted && cut === text && plain.test(text) ? text : say.quoted(cut)
}

/** A value on one line: a list is `1, 2, 3`, and nothing is `none`. */
export const showValue = (value: Json, say: Phrases): string => {
  if (value === null) return say.none
  if (typeof value === "string") return showText(value, say)
  if (typeof value === "number") return showNumber(value, say)
  if (typeof value === "boolean") return say.truth(value)
  if (isList(value) && value.length > 0 && value.every(isScalar)) return cutText(showList(value, say))
  return showExact(value)
}

/** A value on one line, as JSON. */
export const showExact = (value: Json): string => cutText(shortJson(value, valueLimit + 1))

const showList = (list: JsonList, say: Phrases): string =>
  say.list(list.slice(0, valueLimit).map((item) => showValue(item, say)))

/** JSON up to about `room` characters: a large value is not written out only to be cut. */
const shortJson = (value: Json, room: number): string => {
  if (typeof value === "string") return JSON.stringify(value.slice(0, room))
  if (isScalar(value)) return JSON.stringify(value)
  const [open, close] = isList(value) ? "[]" : "{}"
  let text = open ?? ""
  const names = isList(value) ? [] : Object.keys(value)
  const count = isList(value) ? value.length : names.length
  for (let i = 0; i < count && text.length <= room; i++) {
    const name = names[i]
    const inner = isFields(value) ? (fieldOf(value, name ?? "") ?? null) : (value[i] ?? null)
    const label = name === undefined ? "" : `${JSON.stringify(name.slice(0, room))}:`
    text += `${i === 0 ? "" : ","}${label}${shortJson(inner, room - text.length)}`
  }
  return text + (close ?? "")
}

/** `before → after`, with more digits or another part of long texts where the short forms would look the same. */
export const showStep = (before: Json, after: Json, show: (value: Json) => string, say: Phrases): string => {
  const [was, is] = [show(before), show(after)]
  if (was !== is) return `${was} → ${is}`
  if (typeof before === "string" && typeof after === "string") return showTexts(before, after, say)
  if (typeof before === "number" && typeof after === "number")
    return `${say.decimal(String(before))} → ${say.decimal(String(after))}`
  return `${was} → ${is} (${say.inParts})`
}

const showTexts = (before: string, after: string, say: Phrases): string => {
  let same = 0
  while (same < before.length && before[same] === after[same]) same++
  const from = Math.max(0, same - 20)
  const part = (text: string) => say.quoted(`${from > 0 ? "…" : ""}${cutText(text.slice(from))}`)
  const [was, is] = [part(before), part(after)]
  return was === is ? `${was} → ${is} (${say.inSigns})` : `${was} → ${is}`
}

const pitches = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]

/** A MIDI pitch by name: 60 is C4. */
export const showPitch = (pitch: number, say: Phrases): string =>
  Number.isInteger(pitch) && pitch >= 0 && pitch <= 127
    ? `${pitches[pitch % 12]}${Math.floor(pitch / 12) - 1}`
    : showNumber(pitch, say)

/** Seconds as `2:30`; with the fraction where there is one. */
export const showSeconds = (seconds: number, say: Phrases): string => {
  if (!Number.isFinite(seconds) || seconds < 0 || seconds > 1e9) return showNumber(seconds, say)
  const time = Math.round(seconds * second)
  const minutes = Math.floor(time / minute)
  const rest = (time - minutes * minute) / second
  return `${minutes}:${rest < 10 ? "0" : ""}${say.decimal(String(rest))}`
}
