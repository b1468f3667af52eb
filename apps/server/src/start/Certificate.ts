import { createHash, createPrivateKey, X509Certificate } from "node:crypto"
import * as fs from "node:fs"
import * as net from "node:net"
import * as path from "node:path"
import { fileErrorReason, StorageFailed } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Certificate } from "../http/nodeServer.js"
import { replaceFile } from "../library/replaceFile.js"

const years = 20

const generate = async (name: string): Promise<Certificate> => {
  const { generate: selfSigned } = await import("selfsigned")
  const notAfterDate = new Date()
  notAfterDate.setFullYear(notAfterDate.getFullYear() + years)
  const made = await selfSigned([{ name: "commonName", value: "White Room Backup" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notAfterDate,
    extensions: [
      { name: "basicConstraints", cA: false },
      {
        name: "subjectAltName",
        altNames: [net.isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name }]
      }
    ]
  })
  return { cert: made.cert, key: made.private }
}

/** A certificate is known by the SHA-256 of its bytes, in hex. */
export const pinOf = (cert: string): string =>
  createHash("sha256").update(new X509Certificate(cert).raw).digest("hex")

/** Whether a file, as it came from elsewhere, is a certificate with its key. */
export const isCertificate = (text: string): boolean => {
  try {
    const { cert, key } = JSON.parse(text)
    return new X509Certificate(String(cert)).checkPrivateKey(createPrivateKey(String(key)))
  } catch {
    return false
  }
}

/**
 * The server's own certificate, made the first time. No authority knows it: it counts for those who have its SHA-256 from
 * a link. It stays for good, as every device remembers it.
 */
export const ownCertificate = (data: string, name: string): Effect.Effect<Certificate, StorageFailed> => {
  const file = path.join(data, "certificate.json")
  return Effect.tryPromise({
    try: async () => {
      if (!fs.existsSync(file)) {
        replaceFile(file, JSON.stringify(await generate(name)))
      }
      const { cert, key } = JSON.parse(fs.readFileSync(file, "utf8"))
      return { cert: String(cert), key: String(key) }
    },
    catch: (error) => new StorageFailed({ path: file, operation: "make", detail: fileErrorReason(error) })
  })
}
