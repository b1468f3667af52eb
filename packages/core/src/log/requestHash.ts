import { ByteWriter, utf8 } from "../codec/Bytes.js"
import { kindCode } from "../model/Entity.js"
import type { Sha256 } from "../object/Sha256.js"
import type { ExpectedVersion } from "./EntityState.js"
import type { Change } from "./Request.js"

const expectedCode = (expected: ExpectedVersion | undefined): string => String(expected ?? "Any")

/** Names a request by what it asks for, so that a repeated command id can be told from a reused one. */
export const requestHash = (
  changes: ReadonlyArray<{ readonly change: Change; readonly record: Uint8Array | null }>,
  sha256: Sha256
): Uint8Array => {
  const writer = new ByteWriter(1024)
  for (const { change, record } of changes) {
    writer
      .byte(kindCode(change.kind))
      .prefixed(utf8(change.id))
      .prefixed(utf8(expectedCode(change.expected)))
    writer.byte(record === null ? 0 : 1).prefixed(record ?? new Uint8Array(0))
  }
  return sha256(writer.finish())
}
