import * as Effect from "effect/Effect"
import { receiptOf } from "./Leaving.js"

/** A server looks every five seconds for what is to be erased: whoever waits for it waits for a look or two. */
const looks = 60

/** Waits for the receipt of a library that a running server erases; `undefined` when it takes longer, as not all of it can be reached. */
export const untilErased = (id: string) =>
  Effect.gen(function* () {
    for (let look = 0; look < looks; look++) {
      const places = yield* receiptOf(id)
      if (places !== undefined) return places
      yield* Effect.sleep(250)
    }
    return undefined
  })
