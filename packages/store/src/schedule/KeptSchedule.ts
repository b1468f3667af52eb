/** Profiles and runs of a library as a text of their own: what another file of the same library goes on with. */
import { malformed } from "@white-room/core"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { commit } from "../capture/Commit.js"
import type { Session } from "../session/Session.js"
import { runsThatTell, storedProfiles } from "./Schedule.js"

const Time = Schema.Int.pipe(Schema.between(-8.64e15, 8.64e15))

const KeptSchedule = Schema.parseJson(
  Schema.Struct({
    profiles: Schema.Array(
      Schema.Struct({ name: Schema.NonEmptyString, definition: Schema.String, changedAt: Time })
    ),
    runs: Schema.Array(
      Schema.Struct({
        number: Schema.Int.pipe(Schema.positive()),
        ...{ profile: Schema.String, activity: Schema.String, place: Schema.String },
        ...{ dueAt: Time, startedAt: Time, endedAt: Schema.NullOr(Time) },
        outcome: Schema.NullOr(Schema.Literal("done", "skipped", "failed", "inconclusive")),
        ...{ backupId: Schema.NullOr(Schema.String), detail: Schema.NullOr(Schema.String) }
      })
    )
  })
)

const encode = Schema.encodeSync(KeptSchedule)
const decode = Schema.decodeUnknownEither(KeptSchedule)

/** That of a library in which there is neither. */
export const noSchedule: string = encode({ profiles: [], runs: [] })

/** All profiles, and the runs that tell what is to do. The same rows give the same text. */
export const keptSchedule = (session: Session): string =>
  encode({
    profiles: storedProfiles(session).map(({ name, definition, changedAt }) => ({
      ...{ name, definition },
      changedAt: changedAt.getTime()
    })),
    runs: runsThatTell(session).map(({ dueAt, startedAt, endedAt, outcome, backupId, detail, ...run }) => ({
      ...run,
      ...{ dueAt: dueAt.getTime(), startedAt: startedAt.getTime(), endedAt: endedAt?.getTime() ?? null },
      ...{ outcome: outcome ?? null, backupId: backupId ?? null, detail: detail ?? null }
    }))
  })

/**
 * Goes on with such a text: its profiles take the place of those that are here, and so do its runs, except older ones that it passes over.
 * @throws MalformedData when it is none; nothing is changed then
 */
export const takeSchedule = (session: Session, text: string, now: number): void => {
  const kept = decode(text)
  if (Either.isLeft(kept)) throw malformed("record of profiles and runs", kept.left.message)
  const { profiles, runs } = kept.right
  const { db } = session
  commit(session, { now }, () => {
    db.run("DELETE FROM profile")
    for (const { name, definition, changedAt } of profiles)
      db.run(
        "INSERT INTO profile(name, definition, changed_at) VALUES(?, ?, ?)",
        ...[name, definition, changedAt]
      )
    const last = runs.reduce((most, { number }) => Math.max(most, number), 0)
    db.run("DELETE FROM run WHERE number > ?", last)
    for (const run of runs)
      db.run(
        `INSERT OR REPLACE INTO run(number, profile, activity, place, due_at, started_at, ended_at, outcome, backup_id, detail)
         VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[run.number, run.profile, run.activity, run.place, run.dueAt, run.startedAt, run.endedAt],
        ...[run.outcome, run.backupId, run.detail]
      )
  })
}
