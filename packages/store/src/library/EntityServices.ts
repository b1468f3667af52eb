/** `Songs`, `Performances` and `Preferences` over one session. */
import {
  defaultUserPreferences,
  EntityNotFound,
  type Performance,
  type PerformanceInput,
  type PerformanceSummary,
  type Performances,
  type Preferences,
  performanceOfRow,
  preferencesOfRow,
  rowOfPerformance,
  rowOfPreferences,
  rowOfSong,
  type Song,
  type SongInput,
  type SongSummary,
  songOfRow,
  type UserPreferencesInput
} from "@white-room/core"
import type * as Context from "effect/Context"
import { type LiveTable, requireTable } from "../live/LiveTable.js"
import { attempt } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { appendWish } from "../write/Append.js"
import { Entities } from "./Entities.js"

export const makeSongs = (session: Session): Entities<Song, SongInput, SongSummary> =>
  new Entities(session, {
    kind: "song",
    idOf: (song: SongInput) => song.id,
    rowOf: rowOfSong,
    ofRow: songOfRow,
    summary: ({ songDataJSON: _, ...summary }: Song): SongSummary => summary,
    searched: ["name", "composer", "description", "genre"]
  })

class PerformanceService
  extends Entities<Performance, PerformanceInput, PerformanceSummary>
  implements Context.Tag.Service<typeof Performances>
{
  ofSong = (songId: string) =>
    this.run("ofSong", () => this.summaries(`WHERE song_id = ? ${this.byName}`, songId))
}

export const makePerformances = (session: Session): PerformanceService =>
  new PerformanceService(session, {
    kind: "performance",
    idOf: (performance: PerformanceInput) => performance.id,
    rowOf: rowOfPerformance,
    ofRow: performanceOfRow,
    summary: ({ performanceDataJSON: _, ...summary }: Performance): PerformanceSummary => summary,
    searched: ["name", "description", "tags"]
  })

const preferencesTable = (session: Session): LiveTable => requireTable(session.tables, "preferences")

export const preferencesChange = (session: Session, input: UserPreferencesInput, now: number) => {
  const id = input.userId ?? "default"
  return {
    kind: "preferences" as const,
    id,
    row: rowOfPreferences(input, new Date(now), preferencesTable(session).get(id))
  }
}

export const makePreferences = (session: Session): Context.Tag.Service<typeof Preferences> => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `preferences.${name}`, body)
  const absent = (id: string) =>
    new EntityNotFound({ kind: "preferences", name: id, where: "this library", near: [] })
  return {
    read: (userId) =>
      run("read", () => {
        const row = preferencesTable(session).get(userId)
        if (row === undefined) throw absent(userId)
        return preferencesOfRow(userId, row)
      }),
    current: run("current", (now) => {
      const row = preferencesTable(session).get("default")
      return row ? preferencesOfRow("default", row) : defaultUserPreferences(new Date(now))
    }),
    list: run("list", () =>
      preferencesTable(session)
        .summaries("ORDER BY user_id")
        .map(({ id, row }) => preferencesOfRow(id, row))
    ),
    upsert: (input, { expected, ...options } = {}) =>
      run("upsert", (now) =>
        appendWish(
          session,
          ["preferences", "upsert", input, expected],
          options,
          () => [{ ...preferencesChange(session, input, now), ...(expected !== undefined && { expected }) }],
          now
        )
      ),
    delete: (userId, { expected, ...options } = {}) =>
      run("delete", (now) =>
        appendWish(
          session,
          ["preferences", "delete", userId, expected],
          options,
          () => {
            if (!preferencesTable(session).has(userId)) throw absent(userId)
            return [
              { kind: "preferences", id: userId, row: null, ...(expected !== undefined && { expected }) }
            ]
          },
          now
        )
      ),
    count: run("count", () => preferencesTable(session).count())
  }
}
