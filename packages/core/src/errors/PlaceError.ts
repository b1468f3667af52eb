/** Errors of the places that copies go to; members of `WhiteRoomError`. */
import * as Schema from "effect/Schema"
import { ExitCode } from "./ExitCode.js"
import { shellWord } from "./shellWord.js"

/** No such folder, and nobody asked for one. Recovery: plug in its disk, or have it made. */
export class PlaceNotFound extends Schema.TaggedError<PlaceNotFound>()("PlaceNotFound", {
  path: Schema.String
}) {
  readonly code = ExitCode.notFound
  override get message() {
    return `There is no folder ${this.path}, and none was made: its disk may be away. No copy was written.`
  }
  get recovery() {
    return `Plug in its disk and try again, or have the folder made: \`whiteroom backup --to ${shellWord(this.path)} --make\`.`
  }
}

/** Something else lies where the place was: an empty mount point, another disk. Recovery: plug in the right one. */
export class PlaceAway extends Schema.TaggedError<PlaceAway>()("PlaceAway", {
  path: Schema.String,
  reason: Schema.String
}) {
  readonly code = ExitCode.unreachable
  override get message() {
    return `${this.path} is not the place that it was: ${this.reason}. No copy was written.`
  }
  get recovery() {
    return `Plug in its disk and try again. If copies are to begin again there: \`whiteroom backup --to ${shellWord(this.path)} --make\`.`
  }
}
