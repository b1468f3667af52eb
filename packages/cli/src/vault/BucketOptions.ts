/** Where a bucket is, for commands that take one as a place. */
import { object } from "@optique/core/constructs"
import * as Effect from "effect/Effect"
import { loadVault } from "../command/Load.js"
import { one, text } from "../command/Options.js"
import { refusal } from "../error/CliError.js"

export const bucketOptions = () =>
  object({
    endpoint: one("--endpoint", text("URL"), "The server of a bucket that is not at AWS."),
    region: one("--region", text("REGION"), "The region of a bucket.")
  })

/** What was said of a bucket. */
export interface BucketOptions {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
}

/** A place with the server that was named for it. */
export const placeWith = (place: string, { endpoint, region }: BucketOptions) =>
  Effect.gen(function* () {
    if (!place.startsWith("s3://") && (endpoint ?? region) !== undefined)
      return yield* refusal("--endpoint and --region are about buckets.", "Leave them out for a folder.")
    const { bucketPlace } = yield* loadVault
    return bucketPlace(place, { endpoint, region })
  })
