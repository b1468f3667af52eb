/**
 * Restores that are sent to devices. Each change of one is a single statement that names the revision it was decided on,
 * together with its entry in the audit log: of two devices that claim one, and of a device that begins and a sender who
 * cancels, just one is heard.
 */
import { randomBytes } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import { day } from "@white-room/core"
import { RestoredEntity, RestoreReason, RestoreState } from "@white-room/core/output"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Caller } from "../api/Api.js"
import type { RestoreReport } from "../api/Restores.js"
import { audited } from "./Audit.js"
import { announce } from "./announce.js"
import { type ControlError, Integer, rowsOf, transact } from "./Database.js"

/** A restore that no device heard of ends after so long. */
const waitMs = 30 * day

/** One library is sent so many restores in a day, whoever sends them, and so many more are only planned, or planned and applied here: each plan is kept. */
const mostInDay = 20
const mostPlannedInDay = 200

/** A device that heard of one and says nothing more is not waited for longer. */
const heardMs = 60 * day

/** What has ended is told for so long, and a plan that nobody applied is kept for a day. */
const endedMs = 90 * day

/** A row of the table. */
export const RestoreRow = Schema.Struct({
  id: Schema.String,
  library: Schema.String,
  state: RestoreState,
  revision: Integer,
  mode: Schema.Literal("copy", "replace"),
  source: Schema.String,
  position: Integer,
  chain_hash: Schema.String,
  /** 0 where it is not known: of a sealed library. */
  saved_at: Integer,
  /** How far its sender saw the library, where the home is a device. */
  seen_position: Integer,
  seen_hash: Schema.String,
  /** JSON. */
  entities: Schema.parseJson(Schema.Array(RestoredEntity)),
  sender: Schema.String,
  sender_name: Schema.String,
  /** The access of the device that it is for, or that has heard of it; empty while any may. */
  device: Schema.String,
  created_at: Integer,
  changed_at: Integer,
  /** 0 until it is sent. */
  sent_at: Integer,
  expires_at: Integer,
  begun: Integer,
  reason: Schema.String,
  /** JSON; empty until it was applied. */
  outcome: Schema.String,
  request_hash: Schema.String,
  /**
   * What was asked for (JSON), and its plan (JSON): where the home is a device, only until it is sent. Where it is the server also the
   * digest of that, and what takes it back.
   */
  wish: Schema.String,
  plan: Schema.String,
  digest: Schema.String,
  operation: Integer,
  /** JSON; empty until it was taken back. */
  undone: Schema.String
})

const Row = Schema.Struct({ ...RestoreRow.fields, device_name: Schema.NullOr(Schema.String) })
export type KeptRestore = typeof Row.Type

export const restoreRows = rowsOf(Row)

/** Rows with the name of their device. */
export const selectRestores = (sql: SqlClient.SqlClient) =>
  sql`SELECT restore.*, access.device AS device_name FROM restore LEFT JOIN access ON access.id = restore.device`

export const restoreById = (library: string, id: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [found] = yield* Effect.flatMap(
      sql`${selectRestores(sql)} WHERE restore.library = ${library} AND restore.id = ${id}`,
      restoreRows
    )
    return found
  })

/** Restores of libraries that are written here which were begun, and of which nobody knows what became. */
export const begunHere = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql`${selectRestores(sql)} WHERE restore.begun = 1 AND restore.digest <> ''
    AND restore.state IN ('planned', 'applied') ORDER BY restore.changed_at, restore.id`
  return yield* restoreRows(found)
})

/** The restore that a sender asked for by this key before. */
export const restoreByKey = (sender: string, key: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [found] = yield* Effect.flatMap(
      sql`${selectRestores(sql)} WHERE restore.sender = ${sender} AND restore.request_key = ${key}`,
      restoreRows
    )
    return found
  })

/** What a device finds: what waits for it, and what it has heard of and not ended. Oldest first. */
export const inboxOf = ({ id, libraries }: Caller, limit: number) =>
  Effect.gen(function* () {
    if (libraries.length === 0) return []
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const found = yield* sql`${selectRestores(sql)} WHERE ${sql.in("restore.library", libraries)} AND (
        (restore.state = 'waiting' AND restore.expires_at > ${now} AND restore.device IN ('', ${id}))
        OR (restore.state = 'heard' AND restore.device = ${id}))
      ORDER BY restore.created_at, restore.id LIMIT ${limit}`
    return yield* restoreRows(found)
  })

/** What a new restore is. */
export interface NewRestore
  extends Pick<
    KeptRestore,
    | "library"
    | "mode"
    | "source"
    | "position"
    | "chain_hash"
    | "saved_at"
    | "seen_position"
    | "seen_hash"
    | "device"
    | "wish"
    | "plan"
  > {
  readonly entities: KeptRestore["entities"]
  readonly isPlanOnly: boolean
  readonly key: string
  readonly request_hash: string
}

const deedOf = (actor: string, action: string, { id, library }: Pick<KeptRestore, "id" | "library">) => ({
  ...{ actor, action, subject: id },
  detail: library
})

/** Whether a library was sent as many within a day as may be, or as many were only planned. */
const isTooMany = (library: string, isPlanOnly: boolean, now: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [at, isSent, most] = isPlanOnly
      ? ["created_at", "= 0", mostPlannedInDay]
      : ["sent_at", "<> 0", mostInDay]
    const [row] = yield* sql<{
      count: number
    }>`SELECT count(*) AS count FROM restore WHERE library = ${library} AND sent_at ${sql.literal(isSent)}
      AND ${sql(at)} > ${now - day} AND ${sql(at)} < ${now + day}`
    return Number(row?.count) >= most
  })

/** All of its columns; of some it is asked here. */
interface NewRow extends Record<string, unknown> {
  readonly id: string
  readonly library: string
  readonly sender: string
  readonly state: "planned" | "waiting"
  readonly created_at: number
}

/** Inserts a restore that is planned or sent, and gives its id; `undefined` when there were too many of them today. */
export const insertRow = (
  row: NewRow
): Effect.Effect<string | undefined, ControlError, SqlClient.SqlClient> => {
  const { id, library, sender, state, created_at } = row
  const isPlanOnly = state === "planned"
  return audited(
    deedOf(sender, isPlanOnly ? "restore planned" : "restore sent", { id, library }),
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      // Under the lock of the audit log: several at once are counted one after the other.
      if (yield* isTooMany(library, isPlanOnly, created_at)) return yield* Effect.fail("too many" as const)
      yield* sql`INSERT INTO restore ${sql.insert(row)}`
      yield* announce("restore", library, { restore: id, state })
      return id
    })
  ).pipe(
    Effect.catchIf(
      (error): error is "too many" => error === "too many",
      () => Effect.succeed(undefined)
    )
  )
}

/** Keeps a restore: sent, or planned only. `undefined` when the library was sent too many today, or too many were planned. */
export const insertRestore = (
  restore: NewRestore,
  sender: Caller
): Effect.Effect<string | undefined, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const { isPlanOnly, key, entities, ...wish } = restore
    const now = yield* Clock.currentTimeMillis
    const id = `r-${randomBytes(12).toString("hex")}`
    const row = {
      ...{ ...wish, id, entities: JSON.stringify(entities), revision: 1 },
      ...{
        state: isPlanOnly ? ("planned" as const) : ("waiting" as const),
        sender: sender.id,
        sender_name: sender.name
      },
      ...{ created_at: now, changed_at: now, sent_at: isPlanOnly ? 0 : now },
      ...{ begun: 0, reason: "", outcome: "", request_key: key },
      expires_at: now + (isPlanOnly ? day : waitMs)
    }
    return yield* insertRow(row)
  })

/** Why a restore was not changed. */
export type NotChanged = "moved" | "too many"

interface Step {
  readonly actor: string
  /** Without one it is no entry of the audit log. */
  readonly action: string | undefined
  /** The states that it may come from. */
  readonly from: ReadonlyArray<KeptRestore["state"]>
  readonly set: Partial<
    Omit<KeptRestore, "id" | "library" | "revision" | "device_name" | "entities" | "changed_at">
  >
  /** Of a library that was sent too many today it is not done. */
  readonly isSending?: boolean
}

/** Changes a restore, when it is still what was seen. */
export const changeRestore = (
  seen: Pick<KeptRestore, "id" | "library" | "revision">,
  { actor, action, from, set, isSending = false }: Step
): Effect.Effect<NotChanged | undefined, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const change = Effect.gen(function* () {
      if (isSending && (yield* isTooMany(seen.library, false, now)))
        return yield* Effect.fail("too many" as const)
      const changed =
        yield* sql`UPDATE restore SET ${sql.update({ ...set, changed_at: now })}, revision = revision + 1
          WHERE library = ${seen.library} AND id = ${seen.id} AND revision = ${seen.revision} AND ${sql.in("state", from)} RETURNING id`
      if (changed.length === 0) yield* Effect.fail("moved" as const)
      const { state } = set
      yield* announce("restore", seen.library, { restore: seen.id, ...(state !== undefined && { state }) })
    })
    yield* action === undefined ? transact(change) : audited(deedOf(actor, action, seen), change)
    return undefined
  }).pipe(
    Effect.catchIf(
      (error): error is NotChanged => error === "moved" || error === "too many",
      (error) => Effect.succeed(error)
    )
  )

/** Sends a restore that was planned only. */
export const sendPlanned = (seen: KeptRestore, actor: string) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    changeRestore(seen, {
      ...{ actor, action: "restore sent", from: ["planned"], isSending: true },
      set: { state: "waiting", sent_at: now, expires_at: now + waitMs, plan: "" }
    })
  )

const isReason = Schema.is(RestoreReason)

/**
 * What a device tells of a restore: the first that says `heard` has it from then on. It may say that as often as it likes: said again it is no
 * entry of the audit log, and within a day nothing is written when nothing else is said.
 */
export const noteReport = (seen: KeptRestore, caller: Caller, report: RestoreReport) =>
  Effect.gen(function* () {
    const { state, begins = state === "applied", reason, outcome } = report
    const set = {
      ...{ state, device: caller.id, begun: begins || seen.begun === 1 ? 1 : 0 },
      reason: isReason(reason) ? reason : "",
      outcome: outcome === undefined ? "" : JSON.stringify(outcome)
    }
    const isHeard = state === "heard" && seen.state === "heard"
    const isAgain = isHeard && seen.device === set.device && seen.begun === set.begun
    const age = (yield* Clock.currentTimeMillis) - seen.changed_at
    const isSame = isAgain && seen.reason === set.reason && seen.outcome === set.outcome
    if (isSame && age >= 0 && age < day) return undefined
    return yield* changeRestore(seen, {
      ...{ actor: caller.id, action: isAgain ? undefined : `restore ${state}`, set },
      from: state === "heard" ? ["waiting", "heard"] : ["heard"]
    })
  })

/** Ends what nobody heard of in time, and forgets what ended long ago. */
export const endOldRestores: Effect.Effect<void, ControlError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const sql = yield* SqlClient.SqlClient
    const now = yield* Clock.currentTimeMillis
    const late = yield* Effect.flatMap(
      sql`${selectRestores(sql)} WHERE (restore.state IN ('waiting', 'planned') AND restore.expires_at <= ${now})
      OR (restore.state = 'heard' AND restore.changed_at <= ${now - heardMs})`,
      restoreRows
    )
    for (const restore of late)
      yield* changeRestore(restore, {
        ...{ actor: "server", action: "restore expired", from: [restore.state] },
        set: { state: restore.state === "planned" ? "cancelled" : "failed", reason: "Expired" }
      })
    yield* sql`DELETE FROM restore WHERE state NOT IN ('waiting', 'heard', 'planned') AND changed_at < ${now - endedMs}`
  }
)
