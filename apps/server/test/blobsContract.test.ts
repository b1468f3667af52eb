import { httpBlobs } from "@white-room/vault"
import { blobsContract } from "@white-room/vault/testing"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { invite, sharedServer } from "./support/server.js"

const shared = sharedServer()

blobsContract(
  "of a server, as its admin",
  Effect.gen(function* () {
    const { server, admin } = shared()
    const { library } = yield* invite(server, admin)
    return yield* httpBlobs({
      place: `${server.address}/${library}`,
      token: Redacted.make(admin),
      pageSize: 5
    })
  })
)
