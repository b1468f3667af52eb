import * as Effect from "effect/Effect"
import type { Blobs } from "./Blobs.js"

/**
 * The part of a place whose names begin with a prefix, as a place of its own with the names behind it. The prefix ends with `/`. A page of
 * a listing has at most `pageSize` blobs, where that is given.
 */
export const blobsBelow = (blobs: Blobs, prefix: string, pageSize = Number.POSITIVE_INFINITY): Blobs => ({
  place: `${blobs.place.replace(/\?.*$/, "")}/${prefix.replace(/\/$/, "")}`,
  put: (name, source) => blobs.put(prefix + name, source),
  get: (name, range) => blobs.get(prefix + name, range),
  head: (name) => Effect.map(blobs.head(prefix + name), (info) => ({ ...info, name })),
  list: (start, after) =>
    Effect.map(
      blobs.list(prefix + start, after === undefined || after === "" ? undefined : prefix + after),
      (page) => ({
        isLast: page.isLast && page.blobs.length <= pageSize,
        blobs: page.blobs
          .slice(0, pageSize)
          .map((info) => ({ ...info, name: info.name.slice(prefix.length) }))
      })
    ),
  delete: (name) => blobs.delete(prefix + name),
  now: blobs.now
})
