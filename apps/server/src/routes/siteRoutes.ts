/** The pages: the console's files where they were built, and without them a sentence for people who come by. */
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { problem } from "../api/Problem.js"
import { TheDesk } from "../http/Desk.js"
import { entrance } from "../http/entrance.js"
import { nodeRequest } from "../http/NodeRequest.js"
import { sendFile, siteFile } from "../http/Site.js"

/** It runs nothing: what stands behind `#` is for the program, which is not sent here. */
const joinPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>White Room Backup</title>
<h1>Keep your songs here</h1>
<p>On the computer with your songs, give the whole link that you were sent to the program:</p>
<pre>whiteroom connect LINK</pre>
<p>Opening this page used nothing up.</p>
</html>
`

const withoutConsole =
  "This is White Room Backup. Its pages were not built here; the API, and whiteroom -l PLACE/LIBRARY, show all there is.\n"

/** What is said where no console was built. */
const plainly = (address: string): HttpServerResponse.HttpServerResponse | undefined => {
  if (address === "/join")
    return HttpServerResponse.text(joinPage, { contentType: "text/html; charset=utf-8" })
  return address === "/"
    ? HttpServerResponse.text(withoutConsole, { contentType: "text/plain; charset=utf-8" })
    : undefined
}

const page = Effect.gen(function* () {
  yield* entrance
  const { site } = yield* TheDesk
  const { url = "/", headers } = nodeRequest(yield* HttpServerRequest.HttpServerRequest)
  const [address = "/"] = url.split("?")
  if (site.size === 0) return plainly(address) ?? (yield* Effect.fail(problem("NotFound")))
  const file = siteFile(site, address)
  return file === undefined ? yield* Effect.fail(problem("NotFound")) : sendFile(file, headers)
})

export const siteRoutes = HttpLayerRouter.add("GET", "/*", page)
