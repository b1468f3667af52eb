import { PlaceFull, PlaceRefused, PlaceUnreachable } from "@white-room/core"
import * as Effect from "effect/Effect"
import { readAll, sourceOf } from "./BlobSource.js"
import type { BlobInfo, BlobSource, Blobs, PlaceError } from "./Blobs.js"

/** A call of an operation, counted over all of them from 1. */
export interface BlobCall {
  readonly number: number
  readonly operation: Exclude<keyof Blobs, "place">
  /** The name, or the prefix of a list; empty for `now`. */
  readonly name: string
}

/**
 * What goes wrong in a call. `before`, `after`: it fails, and had no effect or all of it · `hang`: no answer ever ·
 * `refuse`: the place says no · `full`: it has no room for what is put · `cut`: only the first bytes are put or got · `flip`: one bit of what is put
 * or got is another · `twice`: the network repeats the call, and the caller hears the second answer · `late`: a list does
 * not show yet what was put through this value, and still shows what was deleted.
 */
export type Fault =
  | { readonly kind: "before" | "after" | "hang" | "refuse" | "full" | "twice" | "late" }
  | { readonly kind: "cut"; readonly bytes: number }
  | { readonly kind: "flip"; readonly bit: number }

/** Bytes as such a fault leaves them. */
const spoiled = (bytes: Uint8Array, fault: Fault): Uint8Array => {
  if (fault.kind === "cut") return bytes.slice(0, fault.bytes)
  if (fault.kind !== "flip" || bytes.length === 0) return bytes
  const copy = bytes.slice()
  const at = (fault.bit >>> 3) % copy.length
  copy[at] = (copy[at] ?? 0) ^ (1 << (fault.bit & 7))
  return copy
}

/** Blobs that fail as `plan` says, for tests: of a call without a fault it returns `undefined`. */
export const faulty = (blobs: Blobs, plan: (call: BlobCall) => Fault | undefined): Blobs => {
  let calls = 0
  const added = new Set<string>()
  const removed = new Map<string, BlobInfo>()
  const lost = new PlaceUnreachable({
    place: blobs.place,
    reason: "the connection was lost",
    retryable: true
  })

  const call = <A, E>(
    operation: BlobCall["operation"],
    name: string,
    run: (fault: Fault | undefined) => Effect.Effect<A, E>
  ): Effect.Effect<A, E | PlaceError> =>
    Effect.suspend((): Effect.Effect<A, E | PlaceError> => {
      calls += 1
      const fault = plan({ number: calls, operation, name })
      switch (fault?.kind) {
        case "before":
          return Effect.fail(lost)
        case "after":
          return Effect.zipRight(run(undefined), Effect.fail(lost))
        case "hang":
          return Effect.never
        case "refuse":
          return Effect.fail(new PlaceRefused({ place: blobs.place, reason: "it says no" }))
        case "twice":
          return Effect.zipRight(Effect.exit(run(undefined)), run(undefined))
        default:
          return run(fault)
      }
    })

  const putWith = (name: string, source: BlobSource, fault: Fault | undefined) => {
    if (fault === undefined) return blobs.put(name, source)
    if (fault.kind === "full") return Effect.fail(new PlaceFull({ place: blobs.place }))
    return Effect.flatMap(readAll(name, source), (bytes) => blobs.put(name, sourceOf(spoiled(bytes, fault))))
  }

  /** Everything at once, as it was before this value put or deleted anything. */
  const listLate = (prefix: string, after: string) =>
    Effect.gen(function* () {
      const found = [...removed.values()].filter(({ name }) => name.startsWith(prefix) && name > after)
      for (let from = after, isLast = false; !isLast; ) {
        const page = yield* blobs.list(prefix, from)
        found.push(...page.blobs.filter(({ name }) => !added.has(name) && !removed.has(name)))
        from = page.blobs.at(-1)?.name ?? from
        isLast = page.isLast
      }
      return { blobs: found.sort((a, b) => (a.name < b.name ? -1 : 1)), isLast: true }
    })

  return {
    place: blobs.place,
    put: (name, source) =>
      call("put", name, (fault) =>
        Effect.tap(putWith(name, source, fault), () => {
          if (!removed.has(name)) added.add(name)
        })
      ),
    get: (name, range) =>
      call("get", name, (fault) =>
        Effect.map(blobs.get(name, range), (bytes) => (fault === undefined ? bytes : spoiled(bytes, fault)))
      ),
    head: (name) => call("head", name, () => blobs.head(name)),
    list: (prefix, after = "") =>
      call("list", prefix, (fault) =>
        fault?.kind === "late" ? listLate(prefix, after) : blobs.list(prefix, after)
      ),
    delete: (name) =>
      call("delete", name, () =>
        Effect.gen(function* () {
          const info = yield* Effect.option(blobs.head(name))
          yield* blobs.delete(name)
          if (info._tag === "Some" && !added.has(name)) removed.set(name, info.value)
          added.delete(name)
        })
      ),
    now: call("now", "", () => blobs.now)
  }
}
