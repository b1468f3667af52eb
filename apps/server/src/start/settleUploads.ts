import * as Effect from "effect/Effect"
import { listLibraries, setUsed, unsettled } from "../control/Libraries.js"
import { readSetting, writeSetting } from "../control/Settings.js"
import { leastBytes, type Shelf } from "../library/Shelf.js"

/**
 * What uploads that a killed server did not end had reserved is free again, and what came is counted; everything, where a version before
 * counted small files as less.
 */
export const settleUploads = (shelf: Pick<Shelf, "make" | "measure">) =>
  Effect.gen(function* () {
    const all = (yield* listLibraries([], "", 1_000_000)).map(({ id }) => id)
    const counted = String(leastBytes)
    const isNew = (yield* readSetting("counted")) !== counted
    for (const id of isNew ? all : yield* unsettled) yield* setUsed(id, yield* shelf.measure(id))
    if (isNew) yield* writeSetting("counted", counted)
    for (const id of all) yield* shelf.make(id)
  })
