import type { Concern } from "@white-room/core/output"
import { agoText, listText, texts, timeText } from "./Texts.js"

/** A warning of a library in the language of the reader; `undefined` for one that is not known here yet. */
export const warningText = (concern: Concern | undefined): string | undefined => {
  const now = new Date()
  return (
    concern &&
    texts.value.warning(concern, {
      ago: (time) => agoText(time, now),
      at: (time) => timeText(time, now),
      list: listText
    })
  )
}
