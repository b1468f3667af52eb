import type { Deed } from "./englishDeeds.js"
import { cut, isolated, texts } from "./Texts.js"

/** What was done, in the language of the reader; a name in it is told as one, whatever it is. */
export const deedText = (deed: Deed): string => texts.value.deed({ ...deed, of: isolated(cut(deed.of)) })
