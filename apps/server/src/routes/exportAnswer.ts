import * as fs from "node:fs"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { TheDesk } from "../http/Desk.js"
import type { KeptExport } from "../http/Exports.js"
import { aboutOf, attachment } from "./ToldAnswer.js"

/** The bytes of an export. The last to get it: it is gone as soon as it is open, or where a system keeps what is open, when it is closed. */
export const exportAnswer = ({ told, file: { path, name, bytes } }: KeptExport, isLast: boolean) =>
  Effect.gen(function* () {
    const { method } = yield* HttpServerRequest.HttpServerRequest
    const { exports } = yield* TheDesk
    const fd = fs.openSync(path, "r")
    const stream = fs.createReadStream(path, { fd })
    if (isLast) {
      exports.delete(path)
      const remove = () => Effect.runSync(Effect.ignore(Effect.try(() => fs.rmSync(path, { force: true }))))
      stream.once("close", remove)
      remove()
    }
    // Nobody takes the bytes then.
    if (method === "HEAD") stream.destroy()
    return HttpServerResponse.raw(stream, {
      headers: { ...aboutOf(told), ...attachment(name), "content-length": String(bytes) }
    })
  })
