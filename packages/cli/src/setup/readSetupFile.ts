import { readFileSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { faultsIn, isRemote } from "@white-room/core"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { refusal } from "../error/CliError.js"
import { printable } from "../terminal/Harmless.js"

/** No system takes a longer path, or one with a NUL in it. */
const Place = Schema.NonEmptyString.pipe(
  Schema.filter((text) =>
    text.length <= 4096 && !text.includes("\0") ? undefined : "it must be the path of a folder, or a bucket"
  )
)

/** What a file may say of how computers are set up; what it does not say is as usual. */
const SetupFile = Schema.Struct({
  /** Folders, of which relative ones begin at the folder of the file, and buckets. */
  places: Schema.optionalWith(Schema.Array(Place), { exact: true }),
  /** When backups are taken here, as in `schedule add --when`. */
  when: Schema.optionalWith(Schema.NonEmptyString, { exact: true }),
  /** When they go to the places. */
  copies: Schema.optionalWith(Schema.NonEmptyString, { exact: true }),
  /** Whether the system starts the daemon. */
  service: Schema.optionalWith(Schema.Boolean, { exact: true })
})

export type SetupFile = typeof SetupFile.Type

/** Settings are a few lines; what is larger is something else. */
const largest = 65_536

/** @throws CliError */
export const readSetupFile = (file: string): SetupFile => {
  const wrong = (reason: string) =>
    refusal(
      `${printable(file)} ${reason}.`,
      'It looks like {"places": ["/Volumes/Studio SSD"], "when": "every hour", "copies": "daily 19:00"}.'
    )
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) throw wrong("is not there")
  if (!stat.isFile() || stat.size > largest) throw wrong("is not a file of this kind")
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""))
  } catch {
    throw wrong("is not JSON, or cannot be read")
  }
  const read = Schema.decodeUnknownEither(SetupFile)(value, { onExcessProperty: "error" })
  if (Either.isLeft(read)) throw wrong(`cannot be meant: ${printable(faultsIn(read.left)[0] ?? "")}`)
  const { places, ...rest } = read.right
  return {
    ...rest,
    ...(places && {
      places: places.map((place) => (isRemote(place) ? place : resolve(dirname(resolve(file)), place)))
    })
  }
}
