import { BundleReader, blockTarget, openBundleBlock, writeBundle } from "@white-room/core"
import { expect, it } from "vitest"
import { sha256Hasher } from "../../src/bundle/BundleFile.js"
import { brotli, sha256 } from "../../src/object/Compression.js"
import { eachRun, packBlock } from "../../src/object/Objects.js"

it("a library of 100,000 songs goes into a bundle and out of it with one block in memory", () => {
  const count = 100_000
  let [made, taken, ahead, held] = [0, 0, 0, 0]
  const objects = function* () {
    for (let n = 0; n < count; n++) {
      const bytes = Buffer.from(JSON.stringify({ song: n, notes: [n % 7, n % 11, n % 13] }))
      made += bytes.length
      yield { hash: sha256(bytes), bytes }
    }
  }
  const blocks = function* () {
    for (const run of eachRun(objects())) yield packBlock(run)
  }
  const manifest = { libraryId: "l", time: 0, needs: [], backups: [], state: undefined }
  const reader = new BundleReader(sha256Hasher(), sha256)
  let found = 0
  for (const piece of writeBundle(blocks(), manifest, sha256Hasher(), sha256)) {
    for (const frame of reader.push(piece)) {
      if (frame._tag !== "Block") continue
      for (const bytes of openBundleBlock(frame.block, brotli)) {
        taken += bytes.length
        found++
      }
    }
    ahead = Math.max(ahead, made - taken)
    held = Math.max(held, reader.held)
  }
  reader.finish()
  expect(found).toBe(count)
  expect(taken).toBeGreaterThan(10 * blockTarget)
  // The block on its way, and the object after it, which did not fit any more.
  expect(ahead).toBeLessThan(blockTarget + 200)
  expect(held).toBeLessThan(blockTarget)
})
