/** The texts in the language of the reader, and how it writes times, sizes and lists. */
import { computed, signal } from "@preact/signals"
import type { LanguageTag } from "@white-room/core"
import { english, type Texts } from "./english.js"
import { german } from "./german.js"
import { day, hour, minute, second } from "./Spans.js"

export const languages: Readonly<Record<LanguageTag, Texts>> = { en: english, de: german }

const remembered = "white-room-language"

/** Where a browser keeps nothing, the choice lasts as long as the page. */
const stored = (): string | null => {
  try {
    return localStorage.getItem(remembered)
  } catch {
    return null
  }
}

const wished = [stored(), ...navigator.languages].map((tag) => tag?.split("-")[0] ?? "")

const isLanguage = (tag: string): tag is LanguageTag => Object.hasOwn(languages, tag)

export const language = signal<LanguageTag>(wished.find(isLanguage) ?? "en")

export const texts = computed<Texts>(() => languages[language.value])

export const chooseLanguage = (tag: string): void => {
  if (isLanguage(tag)) language.value = tag
  try {
    localStorage.setItem(remembered, tag)
  } catch {
    // It is asked for again next time.
  }
}

/** English is written here as most of the world reads it: the day before the month, 24 hours. */
const locale = computed(() => {
  const own = navigator.languages.find((tag) => tag.startsWith(language.value))
  return own ?? (language.value === "en" ? "en-GB" : language.value)
})

/** `Tue 24 Nov, 22:14`; the year where it is another one. */
export const timeText = (time: string, now: Date): string => {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return "?"
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const)
  return new Intl.DateTimeFormat(locale.value, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...year
  }).format(date)
}

/** `Tuesday, 24 November 2026`. */
export const dayText = (date: Date): string =>
  new Intl.DateTimeFormat(locale.value, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric"
  }).format(date)

export const monthText = (date: Date): string =>
  new Intl.DateTimeFormat(locale.value, { month: "long", year: "numeric" }).format(date)

const ticks = {
  minute: { hour: "2-digit", minute: "2-digit" },
  day: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
  year: { year: "numeric" }
} as const

/** Made once in a language: a picture that moves is drawn sixty times a second. */
const tickFormats = computed(
  () =>
    new Map(
      Object.entries(ticks).map(([unit, format]) => [unit, new Intl.DateTimeFormat(locale.value, format)])
    )
)

/** A moment on an axis: `22:14`, `24 Nov`, `Nov 2026` or `2026`. */
export const tickText = (date: Date, unit: keyof typeof ticks): string =>
  tickFormats.value.get(unit)?.format(date) ?? ""

const steps: ReadonlyArray<readonly [Intl.RelativeTimeFormatUnit, number]> = [
  ["day", day],
  ["hour", hour],
  ["minute", minute],
  ["second", second]
]

/** `3 hours ago`; what is older than a week as a time. */
export const agoText = (time: string, now: Date): string => {
  const distance = new Date(time).getTime() - now.getTime()
  if (!(Math.abs(distance) < 7 * day)) return timeText(time, now)
  const [unit, size] = steps.find(([, length]) => Math.abs(distance) >= length) ?? ["second", second]
  return new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" }).format(
    Math.round(distance / size),
    unit
  )
}

/** `1.50 MB`. */
export const sizeText = (bytes: number): string => {
  const units = ["B", "kB", "MB", "GB", "TB"]
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0
  const shown = new Intl.NumberFormat(locale.value, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits
  }).format(value)
  return `${shown} ${units[unit]}`
}

/** As much of a name is shown. */
const longest = 200

/** A name of any length, as far as it is shown. */
export const cut = (name: string): string =>
  name.length <= longest ? name : `${[...name.slice(0, longest)].slice(0, -1).join("")} …`

/** A name inside a sentence: one that is written from the right, or would turn what follows, turns only itself. */
export const isolated = (name: string): string =>
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/.test(name)
    ? `\u2068${name.replace(/[\u202a-\u202e\u2066-\u2069]/g, "")}\u2069`
    : name

/** `here, School and Studio`. */
export const listText = (items: ReadonlyArray<string>): string =>
  new Intl.ListFormat(locale.value, { type: "conjunction" }).format(items)
