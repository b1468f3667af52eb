import { useMemo } from "preact/hooks"
import { Words } from "../parts/Words.js"
import { language, texts } from "../texts/Texts.js"
import { differencesOf } from "./differencesOf.js"
import type { Item } from "./Item.js"

/** What is different in the second of two versions, in words. */
export const DifferenceWords = ({ then, now }: { readonly then: Item; readonly now: Item }) => {
  const { words, onlySpelling } = useMemo(
    () => differencesOf(then, now, language.value),
    [then, now, language.value]
  )
  return onlySpelling ? <p>{texts.value.differencesSpelling}</p> : <Words words={words} />
}
