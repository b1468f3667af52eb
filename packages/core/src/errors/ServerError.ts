/** Errors of a server that is to be started; members of `WhiteRoomError`. */
import * as Schema from "effect/Schema"
import { ExitCode } from "./ExitCode.js"

/** The data folder is not as a server leaves it, or another one uses it. Recovery: what the reason says. */
export class ServerNotStarted extends Schema.TaggedError<ServerNotStarted>()("ServerNotStarted", {
  data: Schema.String,
  reason: Schema.String,
  advice: Schema.String
}) {
  readonly code = ExitCode.failed
  override get message() {
    return `The server was not started: ${this.reason} (${this.data}). Nothing was changed.`
  }
  get recovery() {
    return this.advice
  }
}
