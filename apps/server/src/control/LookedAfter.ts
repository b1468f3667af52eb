/** Who is told what of which libraries: the settings of the server and of its groups. Secrets are not among them. */
import * as SqlClient from "@effect/sql/SqlClient"
import { systemZone } from "@white-room/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { audited } from "./Audit.js"
import { type ControlError, Integer, rowsOf } from "./Database.js"
import { readStored, writeSetting } from "./Settings.js"

const Mail = Schema.Struct({
  to: Schema.NonEmptyArray(Schema.String),
  server: Schema.String,
  from: Schema.optionalWith(Schema.String, { exact: true }),
  user: Schema.optionalWith(Schema.String, { exact: true })
})

const LookedAfter = Schema.Struct({
  mail: Schema.NullOr(Mail),
  /** The host of the webhook. */
  webhook: Schema.NullOr(Schema.String),
  /** A rule, or `off`. */
  digest: Schema.String,
  zone: Schema.String,
  absentDays: Schema.Int,
  /** Since when somebody is told: the first digest is for the time after. */
  since: Schema.Int
})
export type LookedAfter = typeof LookedAfter.Type

const Stored = Schema.parseJson(LookedAfter)

/** What is so when nobody said otherwise. */
const usual = (): LookedAfter => ({
  ...{ mail: null, webhook: null, digest: "mondays 8:00", zone: systemZone() },
  ...{ absentDays: 7, since: 0 }
})

export const readLookedAfter: Effect.Effect<LookedAfter, ControlError, SqlClient.SqlClient> = readStored(
  "lookedAfter",
  Stored,
  usual
)

export const GroupRow = Schema.Struct({
  name: Schema.String,
  /** Who gets its letters; none: who gets those of the server. */
  mail_to: Schema.parseJson(Schema.Array(Schema.String)),
  /** 0 when it is not. */
  paused_until: Integer
})

export interface GroupCare {
  readonly name: string
  readonly libraries: number
  readonly to: ReadonlyArray<string>
  readonly pausedUntil: number
}

/** Every group that has libraries or settings, by name; the empty one is of those that are in none. */
export const listGroups: Effect.Effect<
  ReadonlyArray<GroupCare>,
  ControlError,
  SqlClient.SqlClient
> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* Effect.flatMap(sql`SELECT * FROM group_setting`, rowsOf(GroupRow))
  const counts = yield* sql<{ name: string; count: number }>`
      SELECT group_name AS name, count(*) AS count FROM library WHERE erase_at = 0 GROUP BY group_name`
  const names = new Set([...rows, ...counts].map(({ name }) => name))
  return [...names].sort().map((name) => {
    const row = rows.find((each) => each.name === name)
    const count = counts.find((each) => each.name === name)?.count ?? 0
    return {
      ...{ name, libraries: Number(count) },
      ...{ to: row?.mail_to ?? [], pausedUntil: row?.paused_until ?? 0 }
    }
  })
})

/** What of a group is changed; what is left out stays. */
export interface GroupChange {
  readonly group: string
  readonly to?: ReadonlyArray<string> | undefined
  readonly pausedUntil?: number | undefined
}

const changeGroup = ({ group, to, pausedUntil }: GroupChange) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`INSERT INTO group_setting ${sql.insert({ name: group, mail_to: "[]", paused_until: 0 })}
      ON CONFLICT (name) DO NOTHING`
    if (to !== undefined)
      yield* sql`UPDATE group_setting SET mail_to = ${JSON.stringify(to)} WHERE name = ${group}`
    if (pausedUntil !== undefined)
      yield* sql`UPDATE group_setting SET paused_until = ${pausedUntil} WHERE name = ${group}`
  })

/** Changes settings of the server, of groups, or both, with an entry in the audit log that says which. */
export const changeLookedAfter = (
  change: Partial<Omit<LookedAfter, "since">>,
  groups: ReadonlyArray<GroupChange>,
  actor: string
): Effect.Effect<void, ControlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const detail = [
      ...Object.keys(change),
      ...groups.map(({ group, pausedUntil }) =>
        pausedUntil === undefined || pausedUntil === 0
          ? `group ${group}`
          : `group ${group} paused until ${new Date(pausedUntil).toISOString()}`
      )
    ].join(", ")
    yield* audited(
      { actor, action: "settings changed", subject: "server", detail },
      Effect.gen(function* () {
        const before = yield* readLookedAfter
        const isNew = before.mail === null && before.webhook === null
        const next = {
          ...before,
          ...change,
          since: isNew || change.digest !== undefined ? now : before.since
        }
        yield* writeSetting("lookedAfter", yield* Effect.orDie(Schema.encode(Stored)(next)))
        yield* Effect.forEach(groups, changeGroup, { discard: true })
      })
    )
  })
