import { allOf, answerOf, client, idInPath } from "../api/Client.js"
import { language } from "../texts/Texts.js"
import type { Kind } from "./Item.js"

/** All versions of a song or a performance, told in the language of the page. */
export const historyOf = (library: string, kind: Kind, id: string, signal: AbortSignal) =>
  allOf((after) => {
    const params = {
      path: { library, id: idInPath(id) },
      query: { limit: 1000, language: language.value, ...(after !== undefined && { after }) }
    }
    return answerOf(
      kind === "song"
        ? client.GET("/v1/libraries/{library}/songs/{id}/history", { signal, params })
        : client.GET("/v1/libraries/{library}/performances/{id}/history", { signal, params })
    )
  })
