/** What is compared with a secret is compared in a time that says nothing of where they differ. */
import crypto from "node:crypto"
import { IncomingMessage } from "node:http"
import { syncBuiltinESMExports } from "node:module"
import { Socket } from "node:net"
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest"
import { equalHashes } from "../src/control/Code.js"
import { isFromNode, secretHeader } from "../src/http/Forwarded.js"

const compare = vi.spyOn(crypto, "timingSafeEqual")
syncBuiltinESMExports()

afterAll(() => {
  compare.mockRestore()
  syncBuiltinESMExports()
})

describe("security 5: in constant time", () => {
  beforeEach(() => void compare.mockClear())

  it("hashes of codes and tokens are compared whole", () => {
    const own = "ab".repeat(32)
    for (const [other, isEqual] of [
      [own, true],
      [`00${own.slice(2)}`, false],
      [`${own.slice(2)}00`, false]
    ] as const) {
      expect(equalHashes(own, other)).toBe(isEqual)
      expect(compare.mock.lastCall).toEqual([Buffer.from(own, "hex"), Buffer.from(other, "hex")])
    }
    expect(compare).toHaveBeenCalledTimes(3)
    expect(equalHashes(own, own.slice(2))).toBe(false)
  })

  it("what one node of a cluster says to another, too", () => {
    const secret = "s".repeat(43)
    for (const [said, isIt] of [
      [secret, true],
      [`x${secret.slice(1)}`, false],
      [`${secret.slice(1)}x`, false]
    ] as const) {
      const request = new IncomingMessage(new Socket())
      request.headers[secretHeader] = said
      expect(isFromNode(request, secret)).toBe(isIt)
      expect(compare.mock.lastCall).toEqual([Buffer.from(said), Buffer.from(secret)])
    }
    expect(compare).toHaveBeenCalledTimes(3)
  })
})
