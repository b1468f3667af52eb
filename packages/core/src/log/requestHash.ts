import { bytes, encodeForNow, text } from "../codec/MessagePack.js"
import { kindCode } from "../model/Entity.js"
import type { Sha256 } from "../object/Sha256.js"
import type { ExpectedVersion } from "./EntityState.js"
import type { Change } from "./Request.js"

const expectedCode = (expected: ExpectedVersion | undefined): string => String(expected ?? "Any")

/** Names a request by what it asks for, so that a repeated command id can be told from a reused one. */
export const requestHash = (
  changes: ReadonlyArray<{ readonly change: Change; readonly record: Uint8Array | null }>,
  sha256: Sha256
): Uint8Array =>
  sha256(
    encodeForNow(
      changes.map(({ change, record }) => [
        kindCode(change.kind),
        text(change.id),
        expectedCode(change.expected),
        record && bytes(record)
      ])
    )
  )
