import { hostname } from "node:os"
import type { Library } from "@white-room/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Occasion } from "./Letters.js"
import { Outside } from "./Outside.js"
import type { OutsideFailed } from "./OutsideFailed.js"
import { nameOfLibrary, type Place, placeInWords } from "./Place.js"
import type { Profile } from "./Profile.js"
import type { Letter } from "./sendMail.js"

/** Mails a profile's people what happened, where the profile says whom. */
export const sendLetter = (
  library: Library,
  { name, mail }: Profile,
  {
    place,
    ...happened
  }: { readonly place: Place; readonly activity: string; readonly detail?: string | undefined },
  letterOf: (occasion: Occasion) => Letter
): Effect.Effect<void, OutsideFailed, Outside> =>
  Effect.gen(function* () {
    if (mail === undefined) return
    const outside = yield* Outside
    const letter = letterOf({
      ...happened,
      profile: name,
      libraryName: nameOfLibrary(library.path),
      library: library.path,
      host: hostname(),
      time: new Date(yield* Clock.currentTimeMillis),
      place: placeInWords(place)
    })
    yield* outside.mail(mail, letter)
  })
