/** What shows the other side of a webhook that a message is ours, and not an old one sent again. */
import { createHmac } from "node:crypto"
import { firstLine } from "./firstLine.js"
import { OutsideFailed } from "./OutsideFailed.js"

export const signatureHeader = "x-white-room-signature"

const keyIn = (file: string): string => {
  const line = firstLine(file)
  if (line === undefined)
    throw new OutsideFailed(
      "was not called: the file of its key is not there, or its first line is not a key"
    )
  return line
}

/**
 * `t=SECONDS,v1=HEX`: HMAC-SHA-256 of `SECONDS.BODY` with the first line of the file as its key, as services of payment do
 * it. Whoever checks it refuses old times. @throws OutsideFailed without a key
 */
export const signature = (body: string, keyFile: string, now: number): string => {
  const seconds = Math.floor(now / 1000)
  const hmac = createHmac("sha256", keyIn(keyFile)).update(`${seconds}.${body}`)
  return `t=${seconds},v1=${hmac.digest("hex")}`
}
