/**
 * What differences are told in. A phrase is made of a place (`track Lead volume`), values and the words here; each language puts them
 * together in its own order. It goes down the describing functions as a value: nothing here remembers who reads.
 */
import { english } from "./english.js"
import { german } from "./german.js"
import type { Phrases } from "./Phrases.js"

/** The languages that differences can be told in, by their tags of BCP 47. */
export const languageTags = ["en", "de"] as const
export type LanguageTag = (typeof languageTags)[number]

const languages: Readonly<Record<LanguageTag, Phrases>> = { en: english, de: german }

/**
 * The phrases of a language: English where nobody says which.
 *
 * @example
 * phrasesOf("de").count(12, "note") // "12 Noten"
 */
export const phrasesOf = (language: LanguageTag = "en"): Phrases => languages[language]
