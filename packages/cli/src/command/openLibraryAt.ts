import * as Effect from "effect/Effect"
import type { Cli } from "./Cli.js"
import { loadStore } from "./Load.js"

/** Opens a library as the person at this machine; `alone`: see `Cli`. */
export const openLibraryAt = (path: string, alone: boolean): Cli["open"] =>
  Effect.flatMap(loadStore, (store) => store.openLibrary(path, { actor: store.defaultActor(), alone }))
