/** The document of the API, for everybody: it holds nothing of anybody. */
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { openApi } from "../api/Api.js"
import { entrance } from "../http/entrance.js"

let made: HttpServerResponse.HttpServerResponse | undefined

/** Made when somebody asks first: it takes a tenth of a second, which no server needs to begin. */
const documented = (): HttpServerResponse.HttpServerResponse => {
  made ??= HttpServerResponse.text(JSON.stringify(openApi()), { contentType: "application/json" })
  return made
}

export const documentRoute = HttpLayerRouter.add("GET", "/openapi.json", Effect.map(entrance, documented))
