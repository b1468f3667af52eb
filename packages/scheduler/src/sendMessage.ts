import { hostname } from "node:os"
import type { Library } from "@white-room/store"
import { lookAt } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Outside } from "./Outside.js"
import type { OutsideFailed } from "./OutsideFailed.js"
import { nameOfLibrary, type Place, placeInWords, storedPlace } from "./Place.js"
import type { Profile } from "./Profile.js"

/** What happened, to whom a webhook is told. */
interface Happened {
  readonly activity: string
  readonly place: Place
  readonly outcome: string
  readonly detail?: string | undefined
}

/** The shape of messages: fields are only ever added within one. */
const messageVersion = 1

/** Sends the webhook of a profile a message: whose library, on which machine, when, what and where. */
export const sendMessage = (
  library: Library,
  { name, webhook, webhookKey }: Profile,
  { place, ...happened }: Happened,
  more: Readonly<Record<string, unknown>> = {}
): Effect.Effect<void, OutsideFailed, Outside> =>
  Effect.gen(function* () {
    if (webhook === undefined) return
    const outside = yield* Outside
    const libraryId = yield* lookAt(library, (here) => here.libraryId).pipe(Effect.orElseSucceed(() => null))
    const now = yield* Clock.currentTimeMillis
    const message = {
      version: messageVersion,
      time: new Date(now).toISOString(),
      host: hostname(),
      library: library.path,
      libraryId,
      libraryName: nameOfLibrary(library.path),
      profile: name,
      place: storedPlace(place),
      placeInWords: placeInWords(place),
      ...happened,
      ...more
    }
    yield* outside.call(webhook, message, { keyFile: webhookKey })
  })
