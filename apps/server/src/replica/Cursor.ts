/** Cursors as clients carry them: of which line, of which state, how far. They say nothing that a client may rely on. */
import * as Schema from "effect/Schema"
import type { Cursor } from "./Question.js"

const Carried = Schema.parseJson(
  Schema.Tuple(
    Schema.String.pipe(Schema.maxLength(36)),
    Schema.String.pipe(Schema.maxLength(100)),
    Schema.Int.pipe(Schema.nonNegative())
  )
)

const decode = Schema.decodeUnknownOption(Carried)

export const cursorText = (line: string, { reference, offset }: Cursor): string =>
  Buffer.from(JSON.stringify([line, reference, offset])).toString("base64url")

/** A cursor, and its line; `undefined` for what is none of ours. */
export const parseCursor = (text: string): { readonly line: string; readonly from: Cursor } | undefined => {
  const found = decode(Buffer.from(text, "base64url").toString("utf8"))
  if (found._tag === "None") return undefined
  const [line, reference, offset] = found.value
  return { line, from: { reference, offset } }
}
