/** Restores for devices, as a teacher sends them. */
import * as Effect from "effect/Effect"
import { pushing, song } from "./pushed.js"
import { type Answer, device, type TestServer } from "./server.js"

export interface Sender {
  readonly token: string
  readonly library: string
}

let keys = 0
export const newKey = (): string => `key-0123456789-${keys++}`

export const restoresOf = (library: string, rest = "") => `/v1/libraries/${library}/restores${rest}`

/** Sends a restore, with a key of its own. */
export const send = (
  server: TestServer,
  { token, library }: Sender,
  wish: object,
  key = newKey()
): Effect.Effect<Answer> =>
  server.ask("POST", restoresOf(library), {
    token,
    headers: { "idempotency-key": key, prefer: "wait=30" },
    body: { only: [{ kind: "song", id: "one" }], ...wish }
  })

/** A device that ruined its song after a backup, and a teacher who sees it. */
export const ruined = (server: TestServer, admin: string) =>
  Effect.gen(function* () {
    const jonas = yield* pushing(server, admin, { name: "Jonas" })
    yield* jonas.library.songs.upsert(song("one", "Night Drive"))
    const backup = yield* jonas.library.backups.take()
    yield* jonas.library.songs.upsert(song("one", "Night Drive", '{"notes":[]}'))
    yield* jonas.push
    const { token } = yield* device(server, admin, { name: "Mara", role: "teacher", libraries: [jonas.id] })
    return { server, admin, jonas, backup, mara: { token, library: jonas.id } }
  })
