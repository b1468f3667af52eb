/**
 * What another line of this library has, taken in: by going on with it where it goes on from here, else by a merge,
 * whose events are this library's own. Both are planned first, so that a person sees what would change.
 */
import {
  decodeRecord,
  type EntityKey,
  emptyRestoreResult,
  encodeLineMerged,
  equalBytes,
  hasColumnsOf,
  type LineMerged,
  type LogHead,
  objectsOfRecord,
  PlanOutdated,
  planOf,
  RestoreNotVerified,
  type RestorePlan,
  type RestoreResult,
  type TreeDifference
} from "@white-room/core"
import { captureAll } from "../capture/Capture.js"
import { commit, Done, prepareAndCommit } from "../capture/Commit.js"
import { requireTable } from "../live/LiveTable.js"
import { lastVersionOf } from "../log/EntityEvents.js"
import { chainHashAt, readHead, stateOf } from "../log/EventTable.js"
import type { EventWriter } from "../log/EventWriter.js"
import { mergedLines } from "../log/Markers.js"
import { isKept } from "../object/Damaged.js"
import { insertBlocks } from "../object/Objects.js"
import { applyPlan, heldBack, resultOf } from "../restore/ApplyPlan.js"
import { planDifferences } from "../restore/PlanFrom.js"
import { Tally } from "../restore/Tally.js"
import { Moved } from "../session/Moved.js"
import type { Session } from "../session/Session.js"
import { fastForward } from "./fastForward.js"
import { OtherLine } from "./OtherLine.js"
import { isAsHere, type MergeChoices, planMerge } from "./PlanMerge.js"
import { arrivedBlock } from "./Receiver.js"
import type { EventRun } from "./Snapshot.js"

/** The line that is taken in. */
export interface IncomingLine {
  readonly line: string
  readonly device: string
  /** A point of it that this library has, or took in before; what is given comes after. */
  readonly from: LogHead
  /** Of a merge before: whether the point it took in is on the path of this line. */
  readonly isOnPath: (merged: LineMerged) => boolean
}

/** What taking a line in would do. */
export interface PullPlan {
  /** `nothing`: all of it is here · `forward`: it goes on from here · `merge`: both went on. */
  readonly way: "nothing" | "forward" | "merge"
  /** Events that this library lacks. */
  readonly events: number
  readonly plan: RestorePlan
  /** Where this library's log stood. */
  readonly position: number
}

/** How it is taken in. */
export interface PullChoices extends MergeChoices {
  /** Fail with `PlanOutdated` unless the log stands where the plan that was shown was made. */
  readonly position?: number | undefined
}

/** What taking a line in did. */
export interface PullResult extends Omit<PullPlan, "plan"> {
  readonly result: RestoreResult
}

/** Entities that one marker names at most. */
const namedAtOnce = 10_000

const nothing = planOf("merge", [], 0)

/** Where the log of this library has this hash. */
const isHere = (session: Session, { position, chainHash }: LogHead): boolean => {
  const here = chainHashAt(session.db, position)
  return here !== undefined && equalBytes(here, chainHash)
}

export class Incoming {
  private readonly other: OtherLine

  constructor(
    private readonly session: Session,
    private readonly source: IncomingLine
  ) {
    this.other = new OtherLine(session.db, source.from)
  }

  get head(): LogHead {
    return this.other.head
  }

  /** Keeps the documents of a block; nothing refers to them until the line is taken in. @throws MalformedData */
  objects(data: Uint8Array, now: number): void {
    const block = arrivedBlock(data)
    commit(this.session, { now }, () => insertBlocks(this.session.db, [block]))
  }

  /** Takes the next events. @throws MalformedData unless they go on from those before */
  events(run: EventRun): void {
    this.other.events(run)
  }

  /** Documents that are needed and did not come: they were there before the point, and are no longer kept here. */
  lacking(): ReadonlyArray<Uint8Array> {
    return this.other
      .lastStates(this.start())
      .flatMap(({ kind, record }) => (record === undefined ? [] : objectsOfRecord(kind, record)))
      .map(({ hash }) => hash)
      .filter((hash) => !isKept(this.session.db, hash))
  }

  /** The last position of the other line that this log has too; `undefined` where it goes on from a merge. */
  private shared(): LogHead | undefined {
    const { from } = this.other
    if (!isHere(this.session, from)) return undefined
    let shared = from
    for (const { position, chain } of this.other.after(from.position)) {
      const next = { position, chainHash: chain }
      if (!isHere(this.session, next)) break
      shared = next
    }
    return shared
  }

  private start(): number {
    return (this.shared() ?? this.other.from).position
  }

  /** True when the tables here have just the columns of what comes: otherwise its log could not be gone on with. */
  private fits(after: number): boolean {
    return this.other.lastStates(after).every(({ kind, record }) => {
      const { defaults } = requireTable(this.session.tables, kind)
      return record === undefined || hasColumnsOf(defaults, decodeRecord(kind, record))
    })
  }

  private wayFrom(shared: LogHead | undefined): PullPlan["way"] {
    const after = (shared ?? this.other.from).position
    if (this.other.after(after).length === 0) return "nothing"
    const isAtEnd = shared?.position === readHead(this.session.db).position
    if (isAtEnd && this.fits(after)) return "forward"
    return this.other.lastStates(after).length === 0 ? "nothing" : "merge"
  }

  /** How much of this log the other line has taken in. */
  private seen(shared: LogHead | undefined): number {
    const own = mergedLines(this.session.db).filter(this.source.isOnPath)
    const there = this.other
      .merged()
      .filter(({ position, hash }) => isHere(this.session, { position, chainHash: hash }))
    return Math.max(
      shared?.position ?? 0,
      ...own.map(({ seen }) => seen),
      ...there.map(({ position }) => position)
    )
  }

  private planForward(after: number): RestorePlan {
    const states = this.other.lastStates(after)
    const differences = states.map(({ kind, id, record }): TreeDifference => {
      return { kind, id, before: stateOf(this.session.db, { kind, id }).record, after: record }
    })
    const facts = { named: false, scope: differences.length, label: "", base: () => undefined }
    return planDifferences(this.session, differences, { mode: "exact" }, facts)
  }

  /** Takes over what other programs wrote, and writes nothing else. */
  plan(choices: PullChoices, now: number): PullPlan {
    if (!this.session.readonly) captureAll(this.session, now)
    return this.session.db.snapshot(() => {
      const { position } = readHead(this.session.db)
      if (choices.position !== undefined && choices.position !== position)
        throw new PlanOutdated({ detail: "the library was changed since the plan was made" })
      const shared = this.shared()
      const after = (shared ?? this.other.from).position
      const way = this.wayFrom(shared)
      const events = this.other.after(after).length
      if (way === "nothing") return { way, events, plan: nothing, position }
      const plan =
        way === "forward"
          ? this.planForward(after)
          : planMerge(
              this.session,
              {
                device: this.source.device,
                states: this.other.states(after),
                seen: this.seen(shared),
                merged: mergedLines(this.session.db).filter(this.source.isOnPath)
              },
              choices
            )
      // What is equal on both sides makes no event, and nothing needs to be remembered of it.
      return { way: way === "merge" && plan.items.length === 0 ? "nothing" : way, events, plan, position }
    })
  }

  /** In one transaction; plans again when the library moves on meanwhile. */
  apply(choices: PullChoices, now: number): PullResult {
    this.session.requireWritable()
    const { device } = this.source
    const origin = { id: device, label: device }
    return prepareAndCommit(
      this.session,
      { now },
      () => {
        const planned = this.plan(choices, now)
        if (planned.way !== "nothing") return planned
        const { plan: _, ...rest } = planned
        return new Done<PullResult>({ ...rest, result: emptyRestoreResult(device, device) })
      },
      (tx, { plan, ...planned }) => {
        if (planned.way === "forward") {
          const head = readHead(this.session.db)
          if (head.position !== planned.position) return Moved.input("other programs kept writing to it")
          const moved = fastForward(tx, this.other, head)
          if (moved instanceof Moved) return moved
          const done = Tally.of(plan.items.filter(({ action }) => action !== "keep"))
          const errors = [...heldBack(plan.items)]
          return { ...planned, result: resultOf(plan, origin, { done, errors, triggered: [] }, undefined) }
        }
        const mark = (writer: EventWriter, before: number): void => this.mark(writer, before)
        const applied = applyPlan(tx, plan, planned.position, mark)
        if (applied instanceof Moved) return applied
        this.requireDone(plan, applied.errors)
        return { ...planned, result: resultOf(plan, origin, applied, undefined) }
      }
    )
  }

  /** What could not be written would count as a decision against it. @throws RestoreNotVerified, and nothing is kept */
  private requireDone({ items }: RestorePlan, errors: ReadonlyArray<string>): void {
    for (const { kind, id, action, before } of items) {
      const { record } = stateOf(this.session.db, { kind, id })
      const isAsBefore =
        record === undefined || before === undefined ? record === before : equalBytes(record, before)
      if (action !== "keep" && isAsBefore)
        throw new RestoreNotVerified({ detail: errors[0] ?? `${kind} ${id} stayed as it was` })
    }
  }

  /** Says what was taken in: of this line, and of those that it had taken in. */
  private mark(writer: EventWriter, before: number): void {
    const shared = this.shared()
    const after = (shared ?? this.other.from).position
    const there = this.other.lastStates(after)
    const here = there.map(({ kind, id }) => ({ kind, id, ...lastVersionOf(this.session.db, { kind, id }) }))
    const same = there.filter(({ kind, record }, index) =>
      isAsHere(this.session, kind, record, here[index]?.record)
    )
    const kept = here
      .filter(({ position = 0 }) => position <= before)
      .map(({ kind, id, record }) => ({ kind, id, record }))
    const { line, device } = this.source
    const { position, chainHash: hash } = this.head
    const seen = this.seen(shared)
    this.write(writer, { line, device, position, hash, seen, same, kept })
    const agreed = new Map(same.map((state) => [`${state.kind} ${state.id}`, state.position]))
    const known = mergedLines(this.session.db)
    for (const merged of this.other.merged()) {
      const isOurs = isHere(this.session, { position: merged.position, chainHash: merged.hash })
      if (isOurs || known.some((each) => each.line === merged.line && each.position >= merged.position))
        continue
      const still = merged.same.filter(
        ({ kind, id }) => (agreed.get(`${kind} ${id}`) ?? merged.at + 1) <= merged.at
      )
      this.write(writer, {
        ...merged,
        seen: Math.min(merged.seen, shared?.position ?? 0),
        same: still,
        kept: []
      })
    }
  }

  private write(writer: EventWriter, { same, kept, ...merged }: LineMerged): void {
    const keys: ReadonlyArray<EntityKey> = same.map(({ kind, id }) => ({ kind, id }))
    for (let from = 0; from === 0 || from < keys.length; from += namedAtOnce) {
      const decided = from === 0 ? kept : []
      const payload = encodeLineMerged({
        ...merged,
        same: keys.slice(from, from + namedAtOnce),
        kept: decided
      })
      writer.mark("library", "", { type: "LineMerged", payload })
    }
  }
}
