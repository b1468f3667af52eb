/** The API for those who use it: its document for everybody, as it holds nothing of anybody, and a page to read for who is signed in. */
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { openApi } from "../api/Api.js"
import { entrance } from "../http/entrance.js"
import { referencePage, referencePolicy } from "../http/Reference.js"

let made: HttpServerResponse.HttpServerResponse | undefined
let page: HttpServerResponse.HttpServerResponse | undefined

/** Made when somebody asks first: it takes a tenth of a second, which no server needs to begin. */
const documented = (): HttpServerResponse.HttpServerResponse => {
  made ??= HttpServerResponse.text(JSON.stringify(openApi()), { contentType: "application/json" })
  return made
}

const readable = (): HttpServerResponse.HttpServerResponse => {
  page ??= HttpServerResponse.text(referencePage(JSON.stringify(openApi())), {
    contentType: "text/html; charset=utf-8",
    headers: { "content-security-policy": referencePolicy }
  })
  return page
}

export const documentRoute = Layer.mergeAll(
  HttpLayerRouter.add("GET", "/openapi.json", Effect.map(entrance, documented)),
  HttpLayerRouter.add("GET", "/docs", Effect.map(entrance, readable))
)
