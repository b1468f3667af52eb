/** The log as a service: reading it, following it, and taking over what other programs wrote by plain SQL. */
import type {
  EntityKey,
  EventLog,
  LoggedEvent,
  ReadOptions,
  Receipt,
  WhiteRoomError,
  WriteOptions
} from "@white-room/core"
import * as Chunk from "effect/Chunk"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { captureAll } from "../capture/Capture.js"
import { makeEventReader } from "../capture/makeEventReader.js"
import { whenOthersWrote } from "../capture/whenOthersWrote.js"
import { readEvents, readHead, stateOf } from "../log/EventTable.js"
import { attempt, type Result } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"
import { wholeNumber } from "../session/wholeNumber.js"
import { takeOverBackups } from "../staging/OldBackups.js"
import { append } from "../write/Append.js"
import { requireDeletable } from "../write/AppRefusals.js"
import { changeEntities, type EntityChange } from "./changeEntities.js"

/** `EventLog` of core, and what only a library on a disk has. */
export type Log = Context.Tag.Service<typeof EventLog> & {
  /**
   * Changes several songs, performances and preferences as one: all or none, durably. Fails with `VersionConflict` when one of
   * them is at another version than `expected`, with `EntityNotFound` when one that is to be deleted is not there; with a
   * `commandId` it is done once, and asked for again gives the same receipt.
   */
  readonly change: (
    changes: ReadonlyArray<EntityChange>,
    options?: Omit<WriteOptions, "expected">
  ) => Result<Receipt>
  /** Fails with `AppRefused`, as deleting these would, where other tables of the app refer to one of them. Changes nothing. */
  readonly mayDelete: (keys: ReadonlyArray<EntityKey>) => Result<void>
  /**
   * The next page of events after a position, those of other processes included; what another program wrote by plain
   * SQL becomes events first. Cheap to ask again and again. Default: the first 1,000.
   */
  readonly next: (options?: ReadOptions) => Result<ReadonlyArray<LoggedEvent>>
  /** Events as they come, from a position on, as `next` gives them. Ends never; polls the file. */
  readonly follow: (after?: number) => Stream.Stream<LoggedEvent, WhiteRoomError>
  /** Takes over what other programs wrote, backups of their own included. Returns the number of events. */
  readonly capture: Result<number>
  /**
   * `capture` for those who ask again and again: next to nothing, and `undefined`, while no other connection wrote
   * anything. Fails with `LibraryReplaced` as soon as another file lies at the path.
   */
  readonly captureNew: Result<number | undefined>
}

const followInterval = "500 millis"

/** Pages of events as they come; sleeps only while there are none. */
const follow = (next: Log["next"], after = 0) =>
  Stream.paginateChunkEffect(after, (position) =>
    Effect.gen(function* () {
      const page = yield* next({ after: position })
      const last = page.at(-1)
      if (last === undefined) yield* Effect.sleep(followInterval)
      return [Chunk.fromIterable(page), Option.some(last?.position ?? position)] as const
    })
  )

const capture = (session: Session, now: number): number =>
  captureAll(session, now) + takeOverBackups(session, now).backups

/**
 * A capture that costs some small reads while nobody wrote by SQL. It fails as a write would also when nothing is to be
 * taken over, so a file that was replaced is noticed.
 */
const makeCaptureNew = (session: Session): ((now: number) => number | undefined) => {
  const captureNew = whenOthersWrote(session)
  return (now) => {
    session.requireWritable()
    return captureNew(() => capture(session, now))
  }
}

export const makeLog = (session: Session): Log => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `log.${name}`, body)
  const readNext = makeEventReader(session)
  const next: Log["next"] = ({ after = 0, limit = 1000 } = {}) =>
    run("next", (now) => readNext(wholeNumber(after, "after"), wholeNumber(limit, "limit"), now))
  return {
    append: (request) => run("append", (now) => append(session, request, now)),
    change: (changes, options = {}) => run("change", (now) => changeEntities(session, changes, options, now)),
    read: ({ after = 0, limit = 1000 } = {}) =>
      run("read", () => readEvents(session.db, wholeNumber(after, "after"), wholeNumber(limit, "limit"))),
    head: run("head", () => readHead(session.db)),
    state: (key, position) => run("state", () => stateOf(session.db, key, position)),
    mayDelete: (keys) => run("mayDelete", () => session.reading(() => requireDeletable(session, keys))),
    next,
    follow: (after) => follow(next, after),
    capture: run("capture", (now) => capture(session, now)),
    captureNew: run("captureNew", makeCaptureNew(session))
  }
}
