import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as fsp from "node:fs/promises"
import * as path from "node:path"
import { Readable } from "node:stream"
import { equalBytes, FileNotVerified, fileErrorReason, StorageFailed } from "@white-room/core"
import { type BlobSource, type Blobs, blobsBelow, listBlobs, sourceOfFile } from "@white-room/vault"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { fetchBlob } from "./fetchBlob.js"
import { privateFile } from "./Moment.js"
import { costOf, isTrashBefore, type Shelf, trashDay } from "./Shelf.js"

/** A file is sent in parts of so many bytes. */
const partBytes = 4 * 1024 * 1024

/** What is smaller goes from an upload to the bucket as it is. */
const smallBytes = 1024 * 1024

/** Where the files of a library lie in a bucket. */
const prefixOf = (library: string): string => `libraries/${library}/`

const trashOf = (library: string): string => `trash/${library}/`

async function* partsOf(blobs: Blobs, name: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let offset = start; offset <= end; offset += partBytes) {
    const length = Math.min(partBytes, end + 1 - offset)
    const part = await Effect.runPromise(blobs.get(name, { offset, length }))
    if (part.length !== length) throw new Error(`${name} is shorter than it was`)
    yield part
  }
}

/** An upload in a file of its own, so that it can be sent as often as it takes. */
const spooled = (data: string, name: string, source: BlobSource) =>
  Effect.gen(function* () {
    const file = yield* privateFile(data)
    const hash = createHash("sha256")
    yield* Effect.tryPromise({
      try: async () => {
        const handle = await fsp.open(file, "w", 0o600)
        try {
          for await (const chunk of source.read()) {
            hash.update(chunk)
            await handle.write(chunk)
          }
        } finally {
          await handle.close()
        }
      },
      catch: (error) => new FileNotVerified({ file: name, reason: fileErrorReason(error) })
    })
    if (!equalBytes(hash.digest(), source.sha256))
      return yield* new FileNotVerified({ file: name, reason: "its bytes changed meanwhile" })
    return { ...source, read: () => fs.createReadStream(file, { highWaterMark: 256 * 1024 }) }
  })

/**
 * The files of libraries in a bucket; the data folder has what is made of them, and uploads on their way. Files are whole or absent, as in
 * every place: what is acknowledged is in the bucket.
 */
export const bucketShelf = (data: string, bucket: Blobs): Shelf => {
  const blobs: Shelf["blobs"] = (library, pageSize) => blobsBelow(bucket, prefixOf(library), pageSize)

  const removeAll = (prefix: string) =>
    Effect.gen(function* () {
      let removed = 0
      // Until a listing has none: what says that it is empty is the place itself.
      for (;;) {
        const found = yield* listBlobs(bucket, prefix)
        if (found.length === 0) return removed
        for (const { name } of found) yield* bucket.delete(name)
        removed += found.length
      }
    })

  const source: Shelf["source"] = (library, name) =>
    Effect.gen(function* () {
      const file = yield* privateFile(data)
      yield* fetchBlob(bucket, prefixOf(library) + name, file)
      return yield* sourceOfFile(file)
    }).pipe(Effect.catchTag("BlobMissing", () => Effect.succeed(undefined)))

  const discard = (library: string, name: string) =>
    Effect.gen(function* () {
      const found = yield* source(library, name)
      if (found === undefined) return false
      const now = yield* Clock.currentTimeMillis
      const target = `${trashOf(library)}${trashDay(now)}/${now.toString(36)}/${name}`
      yield* Effect.catchTag(bucket.put(target, found), "BlobExists", () => Effect.void)
      yield* bucket.delete(prefixOf(library) + name)
      return true
    }).pipe(Effect.scoped)

  const dropCopies = (library: string) =>
    Effect.tryPromise({
      try: async () => {
        for (const part of ["homes", "replicas"])
          await fsp.rm(path.join(data, part, library), { recursive: true, force: true, maxRetries: 3 })
      },
      catch: (error) => new StorageFailed({ path: data, operation: "delete", detail: fileErrorReason(error) })
    })

  return {
    place: bucket.place,
    blobs,
    keep: (library, name, upload) =>
      upload.bytes <= smallBytes
        ? blobs(library).put(name, upload)
        : Effect.scoped(
            Effect.flatMap(spooled(data, name, upload), (whole) => blobs(library).put(name, whole))
          ),
    source,
    open: (library, name) =>
      blobs(library)
        .head(name)
        .pipe(
          Effect.map(({ bytes }) => ({
            bytes,
            read: (start = 0, end = bytes - 1) => Readable.from(partsOf(blobs(library), name, start, end))
          })),
          Effect.catchTags({
            BlobMissing: () => Effect.succeed(undefined),
            BlobNotHere: () => Effect.succeed(undefined)
          })
        ),
    discard,
    measure: (library) =>
      Effect.map(listBlobs(bucket, prefixOf(library)), (all) =>
        all.reduce((sum, { bytes }) => sum + costOf(bytes), 0)
      ),
    make: () => Effect.void,
    erase: (library) =>
      Effect.gen(function* () {
        const files = (yield* removeAll(prefixOf(library))) + (yield* removeAll(trashOf(library)))
        yield* dropCopies(library)
        return files
      }),
    dropCopies,
    emptyTrash: (before) =>
      Effect.gen(function* () {
        let removed = 0
        for (const { name } of yield* listBlobs(bucket, "trash/")) {
          const [, , day = ""] = name.split("/")
          if (!isTrashBefore(day, before)) continue
          yield* bucket.delete(name)
          removed++
        }
        return removed
      })
  }
}
