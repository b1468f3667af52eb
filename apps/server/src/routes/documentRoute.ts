/** The document of the API, for everybody: it holds nothing of anybody. */
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { openApi } from "../api/Api.js"
import { entrance } from "../http/entrance.js"

const document = Effect.as(
  entrance,
  HttpServerResponse.text(JSON.stringify(openApi()), { contentType: "application/json" })
)

export const documentRoute = HttpLayerRouter.add("GET", "/openapi.json", document)
