import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"

/** Takes over what other programs wrote, where the library can be written: it is part of the history too. */
export const capturePending = (library: Library) =>
  library.log.capture.pipe(Effect.catchTag("LibraryReadOnly", () => Effect.succeed(0)))
