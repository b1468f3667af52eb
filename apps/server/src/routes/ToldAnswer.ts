/** What a library said, on its way to who asked. */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { Told } from "../replica/Replicas.js"

/** Bytes that are kept as a file. */
export const attachment = (name: string) => ({
  "content-type": "application/octet-stream",
  "content-disposition": `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, "_")}"`
})

/** What an answer says of itself, with its body and without. */
export const aboutOf = ({ line, position, tag }: Told) => ({
  ...{ "whiteroom-line": line, "whiteroom-position": String(position) },
  ...(tag !== undefined && { etag: `"${tag}"` })
})

export const unchangedOf = (told: Told) => HttpServerResponse.empty({ status: 304, headers: aboutOf(told) })

/** The bytes as the thread made them. */
export const bytesOf = (told: Told, name: string) =>
  told.isJson
    ? HttpServerResponse.uint8Array(told.body, { contentType: "application/json", headers: aboutOf(told) })
    : HttpServerResponse.uint8Array(told.body, {
        contentType: "application/octet-stream",
        headers: { ...aboutOf(told), ...attachment(name) }
      })
