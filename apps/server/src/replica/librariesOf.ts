import * as Effect from "effect/Effect"
import type { Homes } from "./Homes.js"
import type { Replicas } from "./Replicas.js"

/** All libraries of a server: those of devices, and those that are written here. */
export const librariesOf = (devices: Replicas, homes: Homes): Replicas => ({
  ...devices,
  ask: (asking) => (asking.library.home === "server" ? homes.ask(asking) : devices.ask(asking)),
  change: (library, change, onProgress) =>
    library.home === "server"
      ? homes.change(library, change, onProgress)
      : devices.change(library, change, onProgress),
  mark: (library) => (library.home === "server" ? homes.mark(library) : devices.mark(library)),
  forget: (library) => Effect.zipRight(homes.forget(library), devices.forget(library)),
  count: () => devices.count() + homes.count(),
  copies: () => {
    const [one, other] = [devices.copies(), homes.copies()]
    return { found: one.found + other.found, made: one.made + other.made }
  },
  usedAt: (library) => Math.max(devices.usedAt(library), homes.usedAt(library)),
  drop: (library) => (library.home === "server" ? homes.drop(library) : devices.drop(library))
})
