/** The ASCII armour of age files as streams: strict PEM with lines of 64 characters. */
import { FileTampered, FileTruncated } from "@white-room/core"

type Bytes = AsyncIterable<Uint8Array>

const begin = "-----BEGIN AGE ENCRYPTED FILE-----"
const end = "-----END AGE ENCRYPTED FILE-----"

/** Bytes that one line carries. */
const lineBytes = 48

/** True for the first bytes of an armoured file; white space may come before. */
export const isArmored = (head: Uint8Array): boolean =>
  Buffer.from(head).toString("latin1").trimStart().startsWith(begin)

/** Writes bytes as an armoured file. */
export async function* armor(chunks: Bytes): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${begin}\n`)
  let rest = Buffer.alloc(0)
  const linesOf = (bytes: Buffer): Buffer => {
    const lines: Array<string> = []
    for (let at = 0; at < bytes.length; at += lineBytes)
      lines.push(`${bytes.subarray(at, at + lineBytes).toString("base64")}\n`)
    return Buffer.from(lines.join(""))
  }
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk])
    const whole = bytes.length - (bytes.length % lineBytes)
    if (whole > 0) yield linesOf(bytes.subarray(0, whole))
    rest = Buffer.from(bytes.subarray(whole))
  }
  if (rest.length > 0) yield linesOf(rest)
  yield Buffer.from(`${end}\n`)
}

/** No line of an armoured file is longer. */
const longestLine = 1024

/** The lines of a file, without their ends; the last one may lack its end. @throws FileTampered for one too long */
async function* linesOf(
  chunks: Bytes,
  file: string
): AsyncGenerator<{ readonly line: string; readonly whole: boolean }> {
  let rest = ""
  for await (const chunk of chunks) {
    const lines = (rest + Buffer.from(chunk).toString("latin1")).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) yield { line: line.endsWith("\r") ? line.slice(0, -1) : line, whole: true }
    if (rest.length > longestLine) throw new FileTampered({ file })
  }
  if (rest !== "") yield { line: rest, whole: false }
}

const isFull = (line: string): boolean => /^[A-Za-z0-9+/]{64}$/.test(line)

/** Only the last line may be shorter; it is canonical base64. */
const isLast = (line: string): boolean =>
  line !== "" && line.length <= 64 && Buffer.from(line, "base64").toString("base64") === line

/** Lines that are decoded together. */
const linesAtOnce = 1024

/** Reads an armoured file. @throws FileTruncated when its end is missing, FileTampered for anything else in it */
export async function* dearmor(chunks: Bytes, file: string): AsyncGenerator<Uint8Array> {
  let state: "before" | "inside" | "last" | "after" = "before"
  let lines: Array<string> = []
  for await (const { line, whole } of linesOf(chunks, file)) {
    const text = line.trim()
    if (state === "before" && text === begin) state = "inside"
    else if (state === "inside" && isFull(line)) lines.push(line)
    else if (state === "inside" && whole && isLast(line)) {
      lines.push(line)
      state = "last"
    } else if ((state === "inside" || state === "last") && text === end) state = "after"
    else if ((state === "inside" || state === "last") && !whole) break
    else if (text !== "" || state === "inside" || state === "last") throw new FileTampered({ file })
    if (lines.length < linesAtOnce) continue
    yield Buffer.from(lines.join(""), "base64")
    lines = []
  }
  if (lines.length > 0) yield Buffer.from(lines.join(""), "base64")
  if (state !== "after") throw new FileTruncated({ file })
}
