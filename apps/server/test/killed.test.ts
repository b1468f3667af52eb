/** The server is killed in the middle of a push: it starts again with all it acknowledged, and the next push needs no repair. */
import type { ChildProcess } from "node:child_process"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { addVault, type BlobSource, checkVault, clone, openKnown, push, type Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { onServer } from "./support/onServer.js"
import { kill, serve } from "./support/served.js"
import { rounds } from "./support/soak.js"

/** A vault whose server is killed when so much of an upload was sent, or as soon as all of it was. */
const killing = (vault: Vault, child: ChildProcess, share: number): Vault => ({
  ...vault,
  blobs: {
    ...vault.blobs,
    put: (name, source) => {
      const cut: BlobSource = {
        ...source,
        async *read() {
          let sent = 0
          for await (const chunk of source.read()) {
            const rest = Math.max(0, Math.floor(source.bytes * share) - sent)
            yield chunk.subarray(0, rest)
            sent += chunk.length
            if (sent >= source.bytes * share) child.kill("SIGKILL")
            yield chunk.subarray(rest)
          }
        }
      }
      return vault.blobs.put(name, cut)
    }
  }
})

const song = (id: string) => ({
  id,
  name: `Song ${id}`,
  songDataJSON: JSON.stringify(Array.from({ length: 2000 }, (_, each) => `${id} ${each * 7919}`)),
  determinismSeed: "1"
})

describe("a server that is killed", () => {
  it.scopedLive(
    "keeps all that it acknowledged, and nothing by halves",
    () =>
      Effect.gen(function* () {
        const { folder, data, here, library, place, first, port } = yield* onServer
        let server = first
        yield* library.songs.create(song("0"))
        const { vault, known } = yield* addVault(library, "server", place, here)
        let acknowledged = (yield* push(library, vault, known)).position
        const times = rounds(2, 30)
        for (let round = 1; round <= times; round++) {
          yield* library.songs.create(song(String(round)))
          const current = yield* openKnown(known, here)
          const unlucky = killing(current, server.child, round / times)
          const exit = yield* Effect.either(push(library, unlucky, known))
          yield* kill(server.child)
          server = yield* serve(data, port)
          if (exit._tag === "Right") acknowledged = exit.right.position
          const check = yield* checkVault(current, { level: "full" })
          expect(check).toMatchObject({ ok: true })
          acknowledged = (yield* push(library, current, known)).position
        }
        const report = yield* clone(yield* openKnown(known, here), join(folder, "again.db"))
        expect(report).toMatchObject({ songs: times + 1, position: acknowledged, problems: [], damaged: [] })
      }),
    3_600_000
  )
})
