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

/**
 * A mirror is of another server, or of this one when it knew more; or it has nothing any more of what this server put there
 * (`isEmpty`): its disk is away. Recovery: rebuild from it, bring its disk back, or name another place.
 */
export class MirrorUnusable extends Schema.TaggedError<MirrorUnusable>()("MirrorUnusable", {
  place: Schema.String,
  isEmpty: Schema.optional(Schema.Boolean)
}) {
  readonly code = ExitCode.failed
  override get message() {
    if (this.isEmpty === true)
      return `The mirror ${this.place} was one of this server, and nothing of it is there: its disk is away, or it was emptied. Nothing was written there.`
    return `The mirror ${this.place} is of another server, or this data folder is older than it, or its audit log was changed. Nothing was written there.`
  }
  get recovery() {
    if (this.isEmpty === true)
      return "Plug its disk in: the server goes on by itself. To begin a new mirror, name another folder: server start --mirror PLACE."
    return "To go on from the mirror: server start --data NEW --from PLACE. Otherwise name an empty place as mirror."
  }
}

/** A place from which a server is to be made again has none. Recovery: name the mirror of a server. */
export class MirrorMissing extends Schema.TaggedError<MirrorMissing>()("MirrorMissing", {
  place: Schema.String
}) {
  readonly code = ExitCode.notFound
  override get message() {
    return `There is no server in ${this.place}: no whole copy of its control database. Nothing was changed.`
  }
  get recovery() {
    return "Name what was given to --mirror. Without a mirror start empty: each device connects again and pushes everything."
  }
}
