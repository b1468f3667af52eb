import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { Restore } from "../api/Results.js"

/** A restore, with the revision that it is in. */
export const restoreAnswer = (status: number, restore: Restore) =>
  HttpServerResponse.unsafeJson(restore, { status, headers: { etag: `"${restore.revision}"` } })
