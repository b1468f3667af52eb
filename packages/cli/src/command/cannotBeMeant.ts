import { type Message, message, text } from "@optique/core/message"

/** What is said of a value that is none; `wanted` ends the sentence: `once, off or a duration such as "12h"`. */
export const cannotBeMeant = (input: string, wanted: string): Message =>
  message`${input} cannot be meant: say ${text(wanted)}.`
