import { httpBlobs } from "@white-room/vault"
import { blobsContract } from "@white-room/vault/testing"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { invite, signIn, testServer } from "./support/server.js"

blobsContract(
  "of a server, as its admin",
  Effect.gen(function* () {
    const server = yield* testServer()
    const token = yield* signIn(server)
    const { library } = yield* invite(server, token)
    return yield* httpBlobs({
      place: `${server.address}/${library}`,
      token: Redacted.make(token),
      pageSize: 5
    })
  })
)
