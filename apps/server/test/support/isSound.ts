/** What holds of a server, whatever was sent to it. */
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { expect } from "@effect/vitest"
import { openLibrary } from "@white-room/store"
import { checkVault, folderBlobs, openVault } from "@white-room/vault"
import Sqlite from "better-sqlite3"
import * as Effect from "effect/Effect"
import { layerSqlite } from "../../src/control/Database.js"
import type { LogLine } from "../../src/http/Desk.js"
import { firstFault } from "./firstFault.js"
import type { TestServer } from "./server.js"

/** A file that an admin had put into the trash, by its library and name. */
interface Discarded {
  readonly subject: string
  readonly detail: string
}

/** The files that admins put into the trash, the first of them first, and the libraries of which bytes are reserved. */
const onRecord = ({ data }: TestServer) => {
  const control = new Sqlite(join(data, "control.db"), { readonly: true })
  try {
    const discarded = control
      .prepare<[], Discarded>(
        "SELECT subject, detail FROM audit WHERE action = 'file discarded' ORDER BY number"
      )
      .all()
    return { discarded, reserved: control.prepare("SELECT id FROM library WHERE reserved <> 0").all() }
  } finally {
    control.close()
  }
}

/** Puts a file back where it lay, from the trash: as it was when it went there first. */
const putBack = ({ data }: TestServer, { subject, detail }: Discarded): void => {
  const trash = join(data, "trash", subject)
  const days = fs.existsSync(trash) ? fs.readdirSync(trash) : []
  const [first] = days
    .flatMap((day) => fs.readdirSync(join(trash, day)).map((name) => join(trash, day, name)))
    .filter((file) => file.replace(/\.[0-9a-f]{12}$/, "").endsWith(`/${detail.replaceAll("/", "_")}`))
    .toSorted((a, b) => fs.statSync(a).ctimeMs - fs.statSync(b).ctimeMs)
  const file = join(data, "libraries", subject, detail)
  // Of a library that was erased nothing is in the trash.
  if (first === undefined) return
  fs.mkdirSync(dirname(file), { recursive: true })
  fs.copyFileSync(first, file)
}

/**
 * Nothing is reserved, lies half there or is other than it was written. What admins threw away is missing, and a check that somebody asked for
 * says so, and an alarm; of everything else none does, and with those files back in their places every library is whole.
 */
export const isSound = (server: TestServer, root: string) =>
  Effect.gen(function* () {
    expect((yield* server.ask("GET", "/health/ready")).status).toBe(200)
    const { discarded, reserved } = onRecord(server)
    expect(reserved).toEqual([])
    const lacking = new Set(discarded.map(({ subject }) => subject))
    const errors = server.log.filter(({ level }) => level === "error")
    const isTold = ({ event, kind, library }: LogLine) =>
      (event === "proof" || (event === "alert" && kind === "damage")) && lacking.has(String(library))
    expect(errors.filter((line) => !isTold(line))).toEqual([])
    expect(yield* firstFault.pipe(Effect.provide(layerSqlite(join(server.data, "control.db"))))).toBe(
      undefined
    )
    for (const each of discarded) putBack(server, each)
    const { json } = yield* server.ask("GET", "/v1/libraries?limit=1000", { token: root })
    const libraries = json.items as ReadonlyArray<{ id: string; home: string }>
    for (const { id, home } of libraries) {
      const files = folderBlobs(join(server.data, "libraries", id))
      const vault = yield* Effect.either(openVault(files))
      if (vault._tag === "Right")
        expect([id, yield* checkVault(vault.right, { level: "full" })]).toMatchObject([id, { ok: true }])
      const file = join(server.data, "homes", id, "library.db")
      if (
        home === "server" &&
        (yield* server.ask("GET", `/v1/libraries/${id}/songs`, { token: root })).status === 200
      ) {
        const checked = Effect.flatMap(openLibrary(file), ({ upkeep }) => upkeep.check({ level: "full" }))
        expect([id, yield* Effect.scoped(checked)]).toMatchObject([id, { ok: true }])
      }
    }
  })
