import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { isWhiteRoomError } from "@white-room/core"
import { describe, expect, it } from "vitest"
import {
  type AgeKeys,
  type AgeLock,
  type AgeOptions,
  decrypt,
  decryptBytes,
  decryptFile,
  encrypt,
  encryptBytes,
  encryptFile,
  newIdentity as makeIdentity,
  readIdentities
} from "../../src/age/Age.js"
import { scratchFolder } from "../reliability/support/world.js"
import { rounds } from "../support/soak.js"
import { age, canAskAge, hasAge, newIdentity, typeToAge } from "./ageProgram.js"

/** Cheap, so that the tests are quick; what the `age` program reads is made at full cost. */
const passphrase = "klarinette & 7 Trommeln"
const lock: AgeLock = { passphrase, workFactor: 4 }

/** Keys of a fixed pair, so that no test depends on chance. */
const identity = "AGE-SECRET-KEY-1QL3Z7HJY54PW3HYWW5AYYFG7ZQGVC7W3J2ELW8ZMRJ2KG5SFN9AQMCAC8P"

const chunk = 64 * 1024

/** Text of so many bytes; no two of its chunks are alike. */
const text = (length: number): Buffer =>
  Buffer.from(
    Array.from({ length: Math.ceil(length / 16) }, (_, at) => `${`${at}`.padStart(15, "n")}\n`).join("")
  ).subarray(0, length)

/** Bytes that look like nothing, the same each time. */
const noise = (length: number): Buffer => {
  let state = 12345
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return state >>> 24
    })
  )
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Array<Uint8Array> = []
  for await (const each of chunks) all.push(each)
  return Buffer.concat(all)
}

const seal = (plain: Uint8Array, with_: AgeLock = lock, options: AgeOptions = {}): Promise<Buffer> =>
  collect(encrypt(once(plain), with_, options))

const fileOf = (bytes: Uint8Array): string => {
  const file = join(scratchFolder(), "song.age")
  writeFileSync(file, bytes)
  return file
}

const open = (bytes: Uint8Array, keys: AgeKeys = { passphrase }): Promise<Buffer> =>
  collect(decrypt(fileOf(bytes), async () => keys, "song.age"))

/** The name of the error that opening these bytes ends with. */
const fault = (bytes: Uint8Array, keys?: AgeKeys): Promise<string> =>
  open(bytes, keys).then(
    () => "none",
    (error: unknown) => {
      if (!isWhiteRoomError(error)) throw error
      expect(`${error.message} ${error.recovery} ${JSON.stringify(error)} ${error.stack}`).not.toContain(
        passphrase
      )
      return error._tag
    }
  )

const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = new Uint8Array(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

const sizes = [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 300_000]

describe("an age file", () => {
  it.each(sizes)("of %i bytes comes back as it was, binary and armoured", async (size) => {
    for (const armored of [false, true])
      expect((await open(await seal(text(size), lock, { armored }))).equals(text(size))).toBe(true)
  })

  it("takes Windows line ends and blank lines around its armour", async () => {
    const armored = (await seal(text(1000), lock, { armored: true })).toString()
    expect(
      (await open(Buffer.from(`\n\n${armored.replaceAll("\n", "\r\n")}\r\n\r\n`))).equals(text(1000))
    ).toBe(true)
  })

  it("asks for what it needs, and only once it is known to be one", async () => {
    const asked: Array<string> = []
    const ask = async (needs: string) => {
      asked.push(needs)
      return {}
    }
    await expect(collect(decrypt(fileOf(await seal(text(5))), ask, "a.age"))).rejects.toMatchObject({
      _tag: "FileEncrypted",
      needs: "passphrase"
    })
    await expect(collect(decrypt(fileOf(text(500)), ask, "a.age"))).rejects.toMatchObject({
      _tag: "NotAgeFile"
    })
    expect(asked).toEqual(["passphrase"])
  })

  it("tells a wrong passphrase, and names none", async () => {
    expect(await fault(await seal(text(100)), { passphrase: "klarinette" })).toBe("WrongPassphrase")
  })

  it("tells that it was encrypted for others, and what is not a key", async () => {
    const { generateIdentity, identityToRecipient } = await import("age-encryption")
    const sealed = await seal(text(100), {
      recipients: [await identityToRecipient(await generateIdentity())]
    })
    const other = await generateIdentity()
    expect(await fault(sealed, { identities: [other] })).toBe("NoMatchingIdentity")
    expect(await fault(sealed, { passphrase })).toBe("FileEncrypted")
    await expect(seal(text(1), { recipients: [other] })).rejects.toMatchObject({
      _tag: "InvalidInput",
      reason: expect.not.stringContaining(other)
    })
    await expect(seal(text(1), { recipients: ["ssh-ed25519 AAAA"] })).rejects.toMatchObject({
      _tag: "InvalidInput"
    })
    await expect(seal(text(1), { recipients: [] })).rejects.toMatchObject({ _tag: "InvalidInput" })
    await expect(seal(text(1), { passphrase: "" })).rejects.toMatchObject({ _tag: "InvalidInput" })
  })

  it.each([
    ["text", text],
    ["noise", noise]
  ])("of %s tells every change of a byte as such, or as a cut", async (_, make) => {
    const sealed = await seal(make(1000))
    const places = Array.from({ length: sealed.length }, (_, at) => at).filter(
      (at) => at > 22 && at % rounds(52, 1) === 0
    )
    // What is changed in the line that says how the key is made costs a passphrase or is refused as too costly.
    const told = new Set([
      "FileTampered",
      "WrongPassphrase",
      "PassphraseTooCostly",
      "FileEncrypted",
      "NotAgeFile"
    ])
    for (const at of places) expect(told).toContain(await fault(flipped(sealed, at)))
    for (const at of places.filter((at) => at > sealed.length - 1000))
      expect(await fault(flipped(sealed, at))).toBe("FileTampered")
  })

  it("of text tells wherever its end is missing", async () => {
    const sealed = await seal(text(1000))
    for (let length = 25; length < sealed.length; length += length < sealed.length - 20 ? rounds(68, 1) : 1) {
      if (length > sealed.length - 1) continue
      const left = sealed.length - length
      // Of a tag that lost all but two of its bytes too little is left.
      if (left === 14 || left === 15) continue
      expect([length, await fault(sealed.subarray(0, length))]).toEqual([length, "FileTruncated"])
    }
  })

  it("tells a cut between and within chunks, and a change in each of them", async () => {
    const sealed = await seal(noise(3 * chunk + 100))
    const payload = sealed.length - (3 * chunk + 100) - 4 * 16
    for (const chunks of [1, 2, 3])
      expect(await fault(sealed.subarray(0, payload + chunks * (chunk + 16)))).toBe("FileTruncated")
    for (const at of [0, chunk + 16, 3 * (chunk + 16)])
      expect(await fault(flipped(sealed, payload + at + 50))).toBe("FileTampered")
    const swapped = Buffer.concat([
      sealed.subarray(0, payload),
      sealed.subarray(payload + chunk + 16, payload + 2 * (chunk + 16)),
      sealed.subarray(payload, payload + chunk + 16),
      sealed.subarray(payload + 2 * (chunk + 16))
    ])
    expect(await fault(swapped)).toBe("FileTampered")
    expect(await fault(Buffer.concat([sealed, Buffer.from("more")]))).toBe("FileTampered")
  })

  it("armoured, tells a missing end and a change", async () => {
    const armored = await seal(text(3000), lock, { armored: true })
    for (let length = 40; length < armored.length - 1; length += rounds(244, 7))
      expect([length, await fault(armored.subarray(0, length))]).toEqual([length, "FileTruncated"])
    const body = armored.toString()
    expect(await fault(Buffer.from(body.replace("\n", "\n*")))).toBe("FileTampered")
    expect(await fault(Buffer.from(`${body}x`))).toBe("FileTampered")
    const lines = body.split("\n")
    lines.splice(20, 1)
    expect(await fault(Buffer.from(lines.join("\n")))).toBe("FileTampered")
  })

  it("is refused before it costs anything when it asks for too much work", async () => {
    const header = (factor: string) =>
      Buffer.from(
        `age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA ${factor}\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n${"x".repeat(40)}`
      )
    for (const factor of ["21", "30", "64", "999999999999"])
      expect(await fault(header(factor))).toBe("PassphraseTooCostly")
    expect(await fault(header("0x10"))).toBe("FileTampered")
  })

  it("is opened by the library that others use, which opens ours; what says otherwise of its passphrase is refused", async () => {
    const { Decrypter, Encrypter } = await import("age-encryption")
    const [encrypter, decrypter] = [new Encrypter(), new Decrypter()]
    encrypter.setPassphrase(passphrase)
    encrypter.setScryptWorkFactor(5)
    decrypter.addPassphrase(passphrase)
    const theirs = await encrypter.encrypt(text(100))
    expect(Buffer.from(await decryptBytes(theirs, { passphrase }, "a"))).toEqual(text(100))
    const ours = await encryptBytes(text(100), lock)
    expect(Buffer.from(await decrypter.decrypt(ours))).toEqual(text(100))
    const header = (...stanzas: ReadonlyArray<string>) =>
      Buffer.from(`age-encryption.org/v1\n${stanzas.join("\n")}\n--- ${"A".repeat(43)}\n${"x".repeat(40)}`)
    const body = "A".repeat(43)
    const stanza = `-> scrypt ${"A".repeat(22)} 4\n${body}`
    expect(await fault(header(stanza))).toBe("WrongPassphrase")
    for (const wrong of [
      header(stanza, stanza),
      header(stanza, `-> X25519 ${body}\n${body}`),
      header(`-> scrypt ${"A".repeat(21)} 4\n${body}`),
      header(`-> scrypt ${"A".repeat(21)}B 4\n${body}`),
      header(`-> scrypt ${"A".repeat(22)} 04\n${body}`),
      header(`-> scrypt ${"A".repeat(22)} 4 4\n${body}`),
      header(`-> scrypt ${"A".repeat(22)}\n${body}`),
      header(`-> scrypt ${"A".repeat(22)} 4\n${"A".repeat(22)}`)
    ])
      expect(await fault(wrong), wrong.toString()).toBe("FileTampered")
  })

  it("with a header that does not end is refused, whatever its size", async () => {
    const begins = ["age-encryption.org/v1\n-> X25519 ", "-----BEGIN AGE ENCRYPTED FILE-----\n"]
    for (const begin of begins) {
      const file = fileOf(Buffer.from(begin))
      truncateSync(file, 3 * 1024 ** 3)
      await expect(collect(decrypt(file, async () => ({ passphrase }), "a"))).rejects.toMatchObject({
        _tag: "FileTampered"
      })
    }
    const endless = Buffer.from(`age-encryption.org/v1\n-> X25519 ${"a".repeat(2 * 1024 * 1024)}`)
    expect(await fault(endless)).toBe("NotAgeFile")
    expect(await fault(Buffer.from("age-encryption.org/v2\nwhatever"))).toBe("NotAgeFile")
  })

  it("streams: what is held does not grow with the file", async () => {
    const { folder } = { folder: scratchFolder() }
    const [plain, sealed] = [join(folder, "plain"), join(folder, "sealed")]
    writeFileSync(plain, "")
    truncateSync(plain, rounds(8, 48) * 1024 * 1024)
    await encryptFile(plain, sealed, lock)
    let most = 0
    for await (const each of decrypt(sealed, async () => ({ passphrase }))) most = Math.max(most, each.length)
    expect(most).toBe(chunk)
  })

  it("is written and decrypted only for its owner, never over another file, and not at all when it fails", async () => {
    const folder = scratchFolder()
    const [plain, sealed, back] = ["plain", "sealed", "back"].map((name) => join(folder, name)) as [
      string,
      string,
      string
    ]
    writeFileSync(plain, text(200_000))
    await encryptFile(plain, sealed, lock)
    await expect(encryptFile(plain, sealed, lock)).rejects.toMatchObject({ _tag: "FileExists" })
    await decryptFile(sealed, back, async () => ({ passphrase }))
    expect(readFileSync(back).equals(text(200_000))).toBe(true)
    for (const file of [sealed, back]) expect(statSync(file).mode & 0o777).toBe(0o600)
    truncateSync(sealed, 150_000)
    const partial = join(folder, "partial")
    await expect(decryptFile(sealed, partial, async () => ({ passphrase }))).rejects.toMatchObject({
      _tag: "FileTruncated"
    })
    expect(existsSync(partial)).toBe(false)
  })
})

describe("an age file in memory", () => {
  it("opens with a new identity that it was made for, and no other", async () => {
    const [own, other] = [await makeIdentity(), await makeIdentity()]
    const sealed = await encryptBytes(Buffer.from("Night Drive"), { recipients: [own.recipient] })
    const opened = await decryptBytes(sealed, { identities: [other.identity, own.identity] }, "slot")
    expect(Buffer.from(opened).toString()).toBe("Night Drive")
    for (const keys of [{ identities: [other.identity] }, {}, { passphrase }])
      await expect(decryptBytes(sealed, keys, "slot")).rejects.toSatisfy(isWhiteRoomError)
    await expect(
      decryptBytes(sealed.subarray(0, sealed.length - 1), { identities: [own.identity] }, "slot")
    ).rejects.toSatisfy(isWhiteRoomError)
  })
})

describe("an identity file", () => {
  it("may have comments, and nothing else", () => {
    expect(readIdentities(`# created\n# public key: age1x\n${identity}\n\n`)).toEqual([identity])
    for (const text of [
      "",
      "# only a comment",
      "hello",
      `${identity}\nhello`,
      "-----BEGIN AGE ENCRYPTED FILE-----\n"
    ])
      expect(() => readIdentities(text)).toThrow(/identity file/)
  })

  it("that is wrong is not shown", () => {
    expect(() => readIdentities(`${identity}\nmy secret`)).toThrow(expect.not.stringContaining(identity))
  })
})

describe.skipIf(!hasAge)("with the age program", () => {
  it.each([false, true])("files for two recipients open on both sides (armoured: %s)", async (armored) => {
    const folder = scratchFolder()
    const [ours, theirs, keys] = ["ours.age", "theirs.age", "keys.txt"].map((name) => join(folder, name)) as [
      string,
      string,
      string
    ]
    const [first, second] = [newIdentity(), newIdentity()]
    writeFileSync(
      ours,
      await seal(text(200_000), { recipients: [first.recipient, second.recipient] }, { armored })
    )
    for (const { text: identities } of [first, second]) {
      writeFileSync(keys, identities)
      expect(age("-d", "-i", keys, ours).equals(text(200_000))).toBe(true)
    }
    const plain = join(folder, "plain")
    writeFileSync(plain, text(200_000))
    age(...(armored ? ["-a"] : []), "-r", first.recipient, "-r", second.recipient, "-o", theirs, plain)
    for (const { text: identities } of [first, second])
      expect(
        (await open(readFileSync(theirs), { identities: readIdentities(identities) })).equals(text(200_000))
      ).toBe(true)
  })

  it.skipIf(!canAskAge)("files with a passphrase open on both sides", async () => {
    const folder = scratchFolder()
    const [ours, theirs, plain, back] = ["ours.age", "theirs.age", "plain", "back"].map((name) =>
      join(folder, name)
    ) as [string, string, string, string]
    writeFileSync(plain, text(100_000))
    await encryptFile(plain, ours, lock, { armored: true })
    expect(await typeToAge(["-d", "-o", back, ours], [passphrase])).toBe(0)
    expect(readFileSync(back).equals(text(100_000))).toBe(true)
    expect(await typeToAge(["-p", "-o", theirs, plain], [passphrase, passphrase])).toBe(0)
    expect((await open(readFileSync(theirs))).equals(text(100_000))).toBe(true)
  })
})
