/**
 * What was found out for one request and holds for the next: whose a token is, and what was answered. Each was so at a mark of the control
 * database, which is another as soon as anything was committed that has a part in who may see what, whoever did it. Answers depend on the mark of
 * their library besides. Marks are read first, then what is remembered by them.
 */
import type { HttpServerResponse } from "@effect/platform/HttpServerResponse"
import type { KnownAccess } from "../control/AccessList.js"
import type { KeptLibrary } from "../control/Libraries.js"
import { Recent } from "../library/Recent.js"

interface AccessThen {
  readonly mark: string
  readonly access: KnownAccess
}

export interface AnswerThen {
  readonly mark: string
  readonly library: KeptLibrary
  readonly libraryMark: string
  readonly route: string
  readonly response: HttpServerResponse
  /** The answer to who has it already. */
  readonly unchanged: HttpServerResponse
}

export interface Known {
  /** The mark of the control database; `undefined` where that has none, and nothing is remembered. */
  readonly mark: () => string | undefined
  /** By the hash of a token. */
  readonly accesses: Recent<AccessThen>
  /** By who asked for what. */
  readonly answers: Recent<AnswerThen>
}

/** So many tokens, and so many bytes of answers. */
const mostAccesses = 2000
const mostBytes = 8 * 1024 * 1024

export const makeKnown = (mark: Known["mark"]): Known => ({
  mark,
  accesses: new Recent(mostAccesses),
  answers: new Recent(mostBytes)
})
