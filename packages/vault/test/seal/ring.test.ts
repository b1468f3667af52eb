import { toHex } from "@white-room/core"
import { describe, expect, it } from "vitest"
import { decodeRing, encodeRing, mergedSlots, type Ring } from "../../src/seal/Ring.js"
import { openFile, sealFile } from "../../src/seal/SealedFile.js"
import { fingerprintOf, ringMac, sealedNaming } from "../../src/seal/SealKeys.js"
import { bytesFrom, master, vaultId } from "../support/sealed.js"

const second = { generation: 2, key: bytesFrom(100) }
const recipient = "age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq"
const slot = { slot: "00112233445566aa", recipient, label: "Ada", file: null }
const first: Ring = { vault: vaultId, generation: 1, keys: [master], slots: [slot], removed: [] }
const next: Ring = { ...first, generation: 2, keys: [master, second] }
const fingerprint = fingerprintOf(master, vaultId)

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** The ring as somebody writes it who has these keys and no others. */
const writtenBy = (ring: Ring, key = master): Uint8Array => {
  const [line = ""] = text(encodeRing(ring)).split("\n")
  return Buffer.from(`${line}\n${toHex(ringMac(key, vaultId, Buffer.from(line)))}\n`)
}

describe("a key ring", () => {
  it("gives back what was written", () => {
    expect(decodeRing(encodeRing(first), vaultId, fingerprint)).toEqual(first)
    expect(decodeRing(encodeRing(next), vaultId, fingerprint)).toEqual(next)
  })

  it("has the bytes that every later program reads", () => {
    expect(text(encodeRing(next))).toMatchInlineSnapshot(`
      "{"vault":"0b0a7c1e-5f0d-4c53-9a33-2f3c6a1d9e10","generation":2,"keys":[{"generation":1,"key":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"},{"generation":2,"key":"6465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283"}],"slots":[{"slot":"00112233445566aa","recipient":"age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq","label":"Ada","file":null}],"removed":[]}
      9329687c4ae3a782c0507a175344b0d6067ee11aeeaee888e8e80af22f001a0b
      "
    `)
    expect(fingerprint).toMatchInlineSnapshot(`"f54c621235a751835473f51903bdb183"`)
  })

  it("security 21: is believed only under the MAC of the generation before", () => {
    expect(decodeRing(writtenBy(next, master), vaultId, fingerprint)).toEqual(next)
    for (const key of [second, { generation: 1, key: bytesFrom(1) }])
      expect(() => decodeRing(writtenBy(next, key), vaultId, fingerprint)).toThrow("nobody with its keys")
  })

  it("is not believed with a key slipped in by somebody who has none of the vault's", () => {
    const theirs = { generation: 1, key: bytesFrom(50) }
    const forged: Ring = { ...next, keys: [theirs, { generation: 2, key: bytesFrom(51) }] }
    expect(() => decodeRing(encodeRing(forged), vaultId, fingerprint)).toThrow("another vault")
    const both: Ring = { ...forged, keys: [master, theirs, second] }
    expect(() => decodeRing(writtenBy(both), vaultId, fingerprint)).toThrow("not one first key")
  })

  it("security 21: is not believed in another vault, or without its own key", () => {
    const other = "0b0a7c1e-5f0d-4c53-9a33-2f3c6a1d9e11"
    expect(() => decodeRing(encodeRing(first), other, fingerprintOf(master, other))).toThrow("another vault")
    const lacking: Ring = { ...next, keys: [master] }
    expect(() => decodeRing(writtenBy(lacking), vaultId, fingerprint)).toThrow("lacks its own key")
    const late: Ring = { ...first, keys: [master, second] }
    expect(() => decodeRing(writtenBy(late), vaultId, fingerprint)).toThrow("later generations")
  })

  it("has every flipped bit and every cut found", () => {
    const whole = encodeRing(next)
    for (let at = 0; at < whole.length; at++) {
      const changed = Uint8Array.from(whole)
      changed[at] = (changed[at] ?? 0) ^ (1 << (at & 7))
      expect(() => decodeRing(changed, vaultId, fingerprint)).toThrow()
      expect(() => decodeRing(whole.subarray(0, at), vaultId, fingerprint)).toThrow()
    }
  })

  it("that was made at once with another keeps everybody whom neither removed", () => {
    const [b, c] = ["b", "c"].map((name) => ({ ...slot, slot: name.repeat(16), label: name }))
    if (b === undefined || c === undefined) throw new Error("two slots")
    const added: Ring = { ...next, slots: [slot, b, c] }
    const removed: Ring = { ...next, slots: [slot], removed: [b.slot] }
    expect(mergedSlots([added, removed])).toEqual({ slots: [slot, c], removed: [b.slot] })
  })
})

describe("a small sealed file", () => {
  const clear = Buffer.from('{"device":"ada@laptop"}')
  const sealed = sealFile(master, vaultId, bytesFrom(3), "a/b/line", clear)

  it("has the bytes that every later program reads", () => {
    expect(toHex(sealed)).toMatchInlineSnapshot(
      `"57525345414c4544010000000000000001030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222db258ee76bd0a87427acebebc5a0c8ace88dcda529a08d87b6ee5d791e539be5e954a839797dfcad67bf0183423bfa10af1a1a158c76c26b5e31a9d7f5254a4f2b44a9005f825"`
    )
    expect(text(openFile([master], vaultId, "a/b/line", sealed))).toBe(text(clear))
  })

  it("security 21: does not open under another name, in another vault, with another key, or changed", () => {
    expect(() => openFile([master], vaultId, "a/c/line", sealed)).toThrow("under this name")
    expect(() => openFile([master], `${vaultId}0`, "a/b/line", sealed)).toThrow("not in the key ring")
    expect(() => openFile([{ ...master, key: bytesFrom(1) }], vaultId, "a/b/line", sealed)).toThrow(
      "key ring"
    )
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ (1 << (at & 7))
      expect(() => openFile([master], vaultId, "a/b/line", changed)).toThrow()
      expect(() => openFile([master], vaultId, "a/b/line", sealed.subarray(0, at))).toThrow()
    }
  })
})

it("names in a sealed vault are the same for whoever has the first key, and tell nobody else anything", () => {
  const library = "6f7d0a52-1f0e-4a83-8e3f-6b5b8f5ad001"
  const naming = sealedNaming(master, vaultId)
  expect([naming.library(library), naming.hash(bytesFrom(7))]).toMatchInlineSnapshot(`
    [
      "9335c28caacc5c80a7645da7f0694777",
      "5174f415d80cd8d7",
    ]
  `)
  expect(sealedNaming({ ...master, key: bytesFrom(1) }, vaultId).library(library)).not.toBe(
    naming.library(library)
  )
  expect(sealedNaming(master, `${vaultId}0`).library(library)).not.toBe(naming.library(library))
})
