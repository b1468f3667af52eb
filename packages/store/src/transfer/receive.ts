import * as path from "node:path"
import type { OnProgress, WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import { commit } from "../capture/Commit.js"
import { makeFolder } from "../file/Durable.js"
import { type CreateOptions, publishDatabase, refuseSyncedFolder, refuseTaken } from "../file/NewDatabase.js"
import { beginFile, discard } from "../file/NewFile.js"
import { defaultActor } from "../session/Actor.js"
import { attempt, attemptSteps, type Result } from "../session/Attempt.js"
import { openSession } from "../session/openSession.js"
import { fileIdentity, type Session } from "../session/Session.js"
import { Database } from "../sqlite/Database.js"
import { writeEntity } from "../write/writeEntity.js"
import { Receiver } from "./Receiver.js"
import { type Settled, settle } from "./settle.js"
import type { TableForm } from "./TableForm.js"

/** The library that is to be made. */
export interface ReceiveOptions extends CreateOptions {
  readonly libraryId: string
  /** Its live tables, where they are not as we make them. */
  readonly tables: ReadonlyArray<TableForm>
  readonly onProgress?: OnProgress | undefined
}

/** An entity that did not come is deleted in the log too, where its history stays: no other device may take it for a wish. */
const dropLost = (session: Session, { lost }: Settled, now: number): void => {
  if (lost.length === 0) return
  commit(session, { now, actor: "clone" }, (tx) => {
    for (const key of lost)
      writeEntity(session, tx.command(), { ...key, record: null, cells: () => new Map() })
    return undefined
  })
}

const beginDatabase = (temporary: string): Database => {
  const db = Database.open(temporary, { readonly: false })
  db.pragma("auto_vacuum = INCREMENTAL")
  // Nothing of it counts before the whole file is synced.
  db.pragma("journal_mode = MEMORY")
  db.pragma("synchronous = OFF")
  return db
}

/** Takes a log; `facts` where all of it comes. */
type Taker = Pick<Receiver, "head" | "objects" | "events"> & Partial<Pick<Receiver, "facts">>

/** Runs one piece of work of one who takes a log. */
export type Take = <A>(body: (receiver: Taker) => A) => Result<A>

/**
 * Makes the library at `file` of what `feed` gives. It is there, whole and durable, when this succeeds, and `accept`
 * found nothing wrong with it; otherwise nothing is. `complete` may open it under its temporary name and write to it,
 * before it gets its own.
 */
export const receive = <E, R>(
  file: string,
  options: ReceiveOptions,
  feed: (take: Take) => Effect.Effect<void, E, R>,
  accept: (settled: Settled) => Effect.Effect<void, E, R>,
  complete: (temporary: string) => Effect.Effect<void, E, R> = () => Effect.void
): Effect.Effect<Settled, E | WhiteRoomError, R> =>
  Effect.gen(function* () {
    const temporary = yield* Effect.acquireRelease(
      attempt(file, "receive", () => {
        refuseSyncedFolder(file, options)
        refuseTaken(file)
        makeFolder(path.dirname(file))
        return beginFile(path.dirname(file), "owner")
      }),
      (unfinished) => Effect.sync(() => discard(unfinished))
    )
    yield* fill(temporary, options, feed)
    const settled = yield* Effect.scoped(finish(temporary, options, accept))
    yield* complete(temporary)
    yield* attempt(file, "receive", () => publishDatabase(temporary, file))
    return settled
  }).pipe(Effect.scoped)

const fill = <E, R>(
  temporary: string,
  { libraryId, tables }: ReceiveOptions,
  feed: (take: Take) => Effect.Effect<void, E, R>
): Effect.Effect<void, E | WhiteRoomError, R> =>
  Effect.gen(function* () {
    const db = yield* Effect.acquireRelease(
      attempt(temporary, "receive", () => beginDatabase(temporary)),
      (open) => Effect.sync(() => open.close())
    )
    const receiver = new Receiver(db)
    // One transaction: nothing of it counts before all of it is there, and each is checked before it is written.
    const transaction = db.begin()
    const take: Take = (body) => attempt(temporary, "receive", () => body(receiver))
    yield* attempt(temporary, "receive", (now) =>
      receiver.begin(libraryId, tables, fileIdentity(temporary), now)
    )
    yield* feed(take)
    yield* attempt(temporary, "receive", transaction.commit)
  }).pipe(Effect.scoped)

const finish = <E, R>(
  temporary: string,
  { onProgress }: ReceiveOptions,
  accept: (settled: Settled) => Effect.Effect<void, E, R>
) =>
  Effect.gen(function* () {
    const session = yield* Effect.acquireRelease(
      attempt(temporary, "receive", () => {
        const opened = openSession(temporary, { actor: defaultActor() })
        // Synced as a whole before it gets its name.
        opened.db.pragma("synchronous = OFF")
        return opened
      }),
      (open) => Effect.sync(() => open.close())
    )
    const settled = yield* attemptSteps(session, "receive", (now) => settle(session, now, onProgress))
    yield* accept(settled)
    yield* attempt(session, "receive", (now) => {
      dropLost(session, settled, now)
      session.requireCheckpoint()
    })
    return settled
  })
