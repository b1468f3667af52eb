/** What goes between servers of one control database, as the statements of this program write it: some of everything. */
import { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { insertAccess } from "../../src/control/AccessList.js"
import { noteDangers, noteTold, untold } from "../../src/control/Alerts.js"
import { audited } from "../../src/control/Audit.js"
import { announce } from "../../src/control/announce.js"
import { countBackup } from "../../src/control/BackupCounts.js"
import { transact } from "../../src/control/Database.js"
import { beginDigest, endDigest } from "../../src/control/Digests.js"
import { noteDiscarded } from "../../src/control/Discarded.js"
import { makeHome } from "../../src/control/Homes.js"
import { invite } from "../../src/control/Invitations.js"
import { changeLibrary, claimLine, insertLibrary } from "../../src/control/Libraries.js"
import { changeLookedAfter } from "../../src/control/LookedAfter.js"
import { registerNode, takeShards } from "../../src/control/Nodes.js"
import { beginFence, joinEpoch } from "../../src/control/Ownership.js"
import { keepProof } from "../../src/control/Proofs.js"
import { insertRestore } from "../../src/control/Restores.js"
import { endRun, keepRun } from "../../src/control/Runs.js"
import { keepPushed } from "../../src/control/Schedules.js"
import { writeSetting } from "../../src/control/Settings.js"
import { keepWatched } from "../../src/control/Watched.js"

export const address = "10.0.0.5:8422"

/** What a node says of itself. */
export const about = '{"address":{"host":"10.0.0.5","port":8422},"groups":["default"],"weight":1}'

export const admin = { id: "admin", name: "Mara", role: "admin", libraries: [], group: "" } as const

const access = {
  ...{ name: "Anna", device: "laptop", created_at: 1, expires_at: 0, revoked_at: 0, last_used_at: 2 },
  ...{ last_used_from: "10.1.2.3", group_name: "" }
}

const restore = {
  ...{
    library: "anna",
    mode: "copy" as const,
    source: "b1",
    position: 2 ** 40,
    chain_hash: "c",
    saved_at: 1
  },
  ...{ seen_position: 0, seen_hash: "", device: "", key: "k", request_hash: "h", wish: "", plan: "" },
  ...{ entities: [{ kind: "song" as const, id: "s", name: "Night Drive" }], isPlanOnly: false }
}

export const writeAll = Effect.gen(function* () {
  yield* insertLibrary("anna", "Anna", false, 2 ** 40)
  yield* insertAccess({ ...access, id: "device", role: "device", secret_hash: "one", libraries: ["anna"] })
  yield* insertAccess({ ...access, id: "app", role: "service", secret_hash: "two", libraries: [] })
  yield* claimLine("anna", "folder", "folder/line", "device")
  yield* invite({ name: "Jonas", role: "teacher", libraries: ["anna"], sealed: false, quota: 1 }, "admin")
  yield* makeHome("jonas", "Jonas", 5, { ...admin, id: "app", role: "service", group: "10b" })
  yield* changeLibrary("anna", { group: "10b" }, "admin")
  yield* changeLookedAfter(
    { absentDays: 9 },
    [{ group: "10b", to: ["m@example.org"], pausedUntil: 7 }],
    "admin"
  )
  yield* writeSetting("url", "https://backup.example")
  const epoch = yield* joinEpoch
  const { fence } = (yield* beginFence("jonas")) ?? {}
  const head = { line: "l", position: 9, chainHash: "hash" }
  yield* keepPushed("jonas", { epoch, fence }, { head, schedule: '{"profiles":[],"runs":[]}' })
  yield* keepProof({ library: "anna", due_at: 1, started_at: 2, ended_at: 3, ok: 1, bytes: 4, detail: "" })
  yield* keepWatched({ library: "anna", line: "l", position: 1, newest: 2, kept: 3, at: 4, arrived_at: 5 })
  yield* noteDiscarded("anna", "folder/line/1")
  yield* countBackup("app", "jonas", 9)
  yield* insertRestore(restore, admin)
  const run = { id: "import-1", library: "jonas", activity: "import", access: "app" } as const
  yield* keepRun({ ...run, request_key: "k", restore: "", started_at: 2 ** 40 })
  yield* endRun(run, 2 ** 40, '{"problem":{}}')
  yield* noteDangers([{ kind: "loss", library: "anna", about: "a", detail: "much" }])
  for (const alert of yield* untold("mail")) yield* noteTold(alert, "mail", true)
  yield* beginDigest("10b", "mail", 5)
  yield* endDigest("10b", "mail", 5, { outcome: "done", detail: "" })
  for (const type of ["library", "backup", "restore", "access"] as const)
    yield* audited(
      { actor: "a", action: "b", subject: "c" },
      transact(announce(type, "anna", { position: 4 }))
    )
  yield* registerNode(address, about, "secret")
  yield* takeShards(address, ["default:1"])
})

export type Row = Readonly<Record<string, unknown>>

/** All rows of a table. */
export const rowsOfTable = (table: string) =>
  Effect.flatMap(SqlClient, (sql) => sql<Row>`SELECT * FROM ${sql(table)} ORDER BY 1, 2`)
