/**
 * The one door to writing: `commit` owns the lock, the triggers, the log's agreement with the live rows, and the
 * command. What holds inside:
 *
 * 1. The file is the one that was opened, in a format that this program may write, with the capture triggers in place.
 * 2. Nobody else writes until it ends, and it is kept as a whole or not at all.
 * 3. All events are of one command, which is finished when the body is; while it is open, the triggers are quiet.
 * 4. What triggers of the app did to rows meanwhile is of that command too.
 * 5. A body that finds that something moved says so (`Moved`): nothing of it is kept, what moved is taken over, and it
 *    runs again, at most `patience` times. So a body may run several times; only its last run counts.
 */
import { randomUUID } from "node:crypto"
import { type EntityKey, LibraryLocked, PlanOutdated } from "@white-room/core"
import { type Command, EventWriter } from "../log/EventWriter.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import { lastNote } from "./Pending.js"
import { asExternal, reconcileEntity, reconcileTouched, settleTriggered } from "./Reconcile.js"
import { watchAgain } from "./Watch.js"

/** So often something is tried again that others moved. */
export const patience = 5

/** Who writes, and when. */
export interface Work {
  readonly now: number
  /** Default: that of the session. */
  readonly actor?: string | undefined
  /** By which the command is known when it is asked for again. Default: a random one, and it cannot be. */
  readonly commandId?: string | undefined
  readonly requestHash?: Uint8Array | undefined
}

/** What a body works with. */
export class Transaction {
  private opened: EventWriter | undefined
  /** The last note before the command. */
  private noted = 0n

  constructor(
    readonly session: Session,
    private readonly work: Work
  ) {}

  /** Takes over what other programs wrote to these entities. Comes before the command. */
  reconcile(keys: ReadonlyArray<EntityKey>): void {
    reconcileTouched(this.session, keys, this.work.now)
  }

  /** The command that the events are of; begun when it is first asked for, under a random id unless one is given. */
  command(
    given: { readonly [K in Exclude<keyof Command, "now">]?: Command[K] | undefined } = {}
  ): EventWriter {
    if (this.opened === undefined) this.noted = lastNote(this.session)
    this.opened ??= new EventWriter(this.session.db, {
      commandId: given.commandId ?? this.work.commandId ?? randomUUID(),
      actor: given.actor ?? this.work.actor ?? this.session.options.actor,
      now: this.work.now,
      requestHash: given.requestHash ?? this.work.requestHash
    })
    return this.opened
  }

  /** Takes what triggers of the app made of the command's rows, and of others, into the command. Returns what they are. */
  settle(): ReadonlyArray<EntityKey> {
    return this.opened === undefined ? [] : settleTriggered(this.session, this.opened, this.noted)
  }

  /** @internal */
  finish(): void {
    this.settle()
    this.opened?.finish()
  }
}

/** Takes over what moved. When even that moves meanwhile, the next try finds it. */
const recover = (session: Session, { what, key }: Moved, now: number): void => {
  if (what === "schema") watchAgain(session)
  else if (key !== undefined)
    session.write(() => asExternal(session, now, (writer) => reconcileEntity(session, writer, key)))
}

/** @throws LibraryLocked | PlanOutdated because trying again did not help */
export const giveUp = (session: Session, { what, detail }: Moved): never => {
  throw what === "input" ? new PlanOutdated({ detail }) : new LibraryLocked({ path: session.path })
}

/**
 * Tries until nothing moves meanwhile, taking over what did, at most `patience` times more.
 * @throws LibraryLocked | PlanOutdated when others never hold still
 */
export const untilStill = <A>(session: Session, now: number, attempt: (isLast: boolean) => A | Moved): A => {
  for (let tries = 0; ; tries++) {
    const outcome = attempt(tries === patience)
    if (!(outcome instanceof Moved)) return outcome
    if (tries === patience) return giveUp(session, outcome)
    recover(session, outcome, now)
  }
}

/** Nothing needs to be written after all: `value` is what it comes to. */
export class Done<A> {
  constructor(readonly value: A) {}
}

/**
 * Prepares, outside the lock as far as that goes, then writes what was prepared; both again when something moved.
 * With `lastUnderLock` the last try prepares inside the transaction, where nothing can move any more.
 * @throws LibraryLocked | PlanOutdated when others never hold still
 */
export const prepareAndCommit = <P, A>(
  session: Session,
  work: Work & { readonly lastUnderLock?: boolean },
  prepare: () => P | Done<A>,
  body: (tx: Transaction, prepared: P) => A | Moved
): A => {
  const write = (prepared: P): A | Moved => {
    const tx = new Transaction(session, work)
    const result = body(tx, prepared)
    if (!(result instanceof Moved)) tx.finish()
    return result
  }
  const inside = (): A | Moved => {
    const prepared = prepare()
    return prepared instanceof Done ? prepared.value : write(prepared)
  }
  return untilStill<Done<A>>(session, work.now, (isLast) => {
    if (isLast && work.lastUnderLock === true) return done(session.write(inside))
    const prepared = prepare()
    return prepared instanceof Done ? prepared : done(session.write(() => write(prepared)))
  }).value
}

const done = <A>(outcome: A | Moved): Done<A> | Moved =>
  outcome instanceof Moved ? outcome : new Done(outcome)

/** Writes: see above. @throws LibraryLocked when others never hold still */
export const commit = <A>(session: Session, work: Work, body: (tx: Transaction) => A | Moved): A =>
  prepareAndCommit(session, work, () => undefined, body)
