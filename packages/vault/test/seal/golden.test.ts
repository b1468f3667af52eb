import { readFileSync } from "node:fs"
import { toHex } from "@white-room/core"
import { readIdentities } from "@white-room/store"
import { decryptBytes, sha256 } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { memoryBlobs, sourceOf } from "../../src/index.js"
import { openRanged } from "../../src/read/RangedSegment.js"
import { backupsIn, readEntities } from "../../src/read/StateRead.js"
import { decodeRing } from "../../src/seal/Ring.js"
import { fingerprintOf } from "../../src/seal/SealKeys.js"
import { segmentCiphers } from "../../src/seal/SegmentSeal.js"
import { plainProtection } from "../../src/segment/Protection.js"
import { segmentName } from "../../src/segment/SegmentName.js"
import { openSegment } from "../../src/segment/SegmentReader.js"
import { segmentsIn } from "../../src/Vault.js"
import { backups, master, mergedSegment, vaultId } from "../support/sealed.js"

/** Files as the first version wrote them. They are added to, never made again. */
const golden = (name: string): Uint8Array => readFileSync(new URL(`../golden/${name}`, import.meta.url))

it("a vault of the first version opens: its slot with the passphrase, its ring with the slot, its segment with the ring", async () => {
  const slot = await decryptBytes(golden("slot-1.age"), { passphrase: "correct horse" }, "slot")
  const identities = readIdentities(new TextDecoder().decode(slot))
  const clear = await decryptBytes(golden("ring-1.age"), { identities }, "ring")
  const ring = decodeRing(clear, vaultId, fingerprintOf(master, vaultId))
  expect(ring.keys.map(({ generation, key }) => `${generation} ${toHex(key.subarray(0, 4))}`)).toEqual([
    "1 00010203",
    "2 64656667"
  ])
  const segment = openSegment(golden("sealed-1.seg"), segmentCiphers(ring.keys, vaultId))
  const frames = [...segment.frames()]
  expect(frames.map(({ _tag }) => _tag)).toEqual(["Block", "Block", "Events"])
  expect(
    frames.flatMap((frame) => (frame._tag === "Events" ? frame.run.events.map(({ version }) => version) : []))
  ).toEqual([1, 2])
  expect(segment.end.about).toMatchObject({ first: 1, last: 2, whole: 2, level: 0 })
})

it("a merged segment of the first version is read by ranges: its end, the state that says where a song is, and backups", async () => {
  const bytes = golden("merged-1.seg")
  expect(Buffer.from(bytes)).toEqual(Buffer.from(mergedSegment()))
  const blobs = memoryBlobs()
  const plain = { blobs, id: vaultId, protection: plainProtection(vaultId) }
  const segment = openSegment(bytes, plain.protection.cipherOf)
  const name = segmentName(segment.end.about, sha256(bytes))
  const read = Effect.gen(function* () {
    yield* blobs.put(name, sourceOf(bytes))
    const [listed] = segmentsIn((yield* blobs.list("")).blobs)
    const ranged = listed && (yield* openRanged(plain, listed))
    return ranged && { entities: yield* readEntities(ranged), backups: yield* backupsIn(ranged) }
  })
  expect(await Effect.runPromise(read)).toMatchObject({
    entities: [
      { kind: "song", id: "s1", name: "Night Drive", position: 1, documents: [{ place: { frame: 0 } }] }
    ],
    backups
  })
  expect(segment.backups()).toEqual(backups)
  expect(segment.end).toMatchObject({ arrived: [{ first: 1, at: 1_793_000_000_000 }], about: { level: 1 } })
})
