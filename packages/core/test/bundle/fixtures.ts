import { createHash } from "node:crypto"
import { type BundleManifest, bundleVersion } from "../../src/bundle/Bundle.js"
import { type BundleFrame, BundleReader } from "../../src/bundle/BundleReader.js"
import { type BundleBlock, writeBundle } from "../../src/bundle/writeBundle.js"
import { concatBytes } from "../../src/codec/Bytes.js"
import type { BackupTaken } from "../../src/log/Event.js"
import { blockBody, sealBlock } from "../../src/object/Block.js"
import { brotli } from "../object/compression.js"
import { sha256 } from "../sha256.js"

export const hasher = () => {
  const hash = createHash("sha256")
  return {
    update: (bytes: Uint8Array) => hash.update(bytes),
    digest: () => new Uint8Array(hash.digest())
  }
}

export const backup = (number: number): BackupTaken => ({
  backupId: `id-${number}`,
  number,
  root: new Uint8Array(32).fill(number),
  position: 10 * number,
  time: 1_700_000_000_000,
  description: "Tour ♪",
  tags: ["live"],
  pinned: false,
  trigger: "manual",
  profile: "",
  version: "1.0.0",
  songs: 1,
  performances: 2,
  preferences: 0,
  size: 300,
  newBytes: 30
})

export const manifest = (more: Partial<BundleManifest> = {}): BundleManifest => ({
  libraryId: "lib",
  time: 1000,
  needs: [],
  backups: [],
  state: undefined,
  ...more
})

export const block = (...objects: ReadonlyArray<Uint8Array>): BundleBlock => {
  const { body, extents } = blockBody(objects)
  return { data: sealBlock(body, brotli.compress(body)), entries: extents }
}

export const write = (blocks: Iterable<BundleBlock>, content: BundleManifest): Uint8Array =>
  concatBytes([...writeBundle(blocks, content, hasher(), sha256)])

/** Every frame of a bundle that comes in pieces of this size, and the most bytes that waited. */
export const read = (bytes: Uint8Array, step = bytes.length) => {
  const reader = new BundleReader(hasher(), sha256)
  const frames: Array<BundleFrame> = []
  let held = 0
  for (let at = 0; at < bytes.length; at += step) {
    frames.push(...reader.push(bytes.subarray(at, at + step)))
    held = Math.max(held, reader.held)
  }
  reader.finish()
  return { frames, held }
}

export const newerVersion = bundleVersion + 1
