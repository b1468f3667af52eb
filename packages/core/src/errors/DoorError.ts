/** Errors of the doors themselves, whatever is behind them; members of `WhiteRoomError`. */
import * as Schema from "effect/Schema"
import { ExitCode } from "./ExitCode.js"

/** Something was used after it had been closed. Recovery: open it again. */
export class Closed extends Schema.TaggedError<Closed>()("Closed", {
  /** What is closed: the path of a library, or words such as `The import`. */
  what: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `${this.what} is closed.`
  }
  get recovery() {
    return "Open it again; close it only after the last call."
  }
}

/** A bug: something that nobody foresaw. Recovery: report it; what was saved before is safe. */
export class InternalFault extends Schema.TaggedError<InternalFault>()("InternalFault", {
  detail: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `White Room Backup itself failed: ${this.detail}. What was not finished was undone; everything saved before is intact.`
  }
  get recovery() {
    return "Please report this, with the stack of the error."
  }
}
