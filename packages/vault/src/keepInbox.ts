/**
 * The inbox of a device: what was sent to it is heard of, carried out, pushed, and told to its sender, in that order. What
 * each step came to is on disk or at the server before the next begins, so one that is cut off anywhere goes on there.
 */
import type { RestoreResult, WhiteRoomError } from "@white-room/core"
import type { RestoreReason } from "@white-room/core/output"
import { type Library, openLibrary } from "@white-room/store"
import { type KnownVault, vaultRecords } from "@white-room/store/transfer"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type { Environment } from "./blobs/S3Credentials.js"
import { bringSent, isOfHistory, isWithinDay, outcomeOf, reasonOfFailure } from "./bringSent.js"
import { hearInbox } from "./hearInbox.js"
import { askingOf, hasAgreed, keepAsking, readAsking, settleAgreement } from "./InboxFile.js"
import { openKnown } from "./Places.js"
import { push } from "./push.js"
import { isServerPlace, type ServerKey } from "./ServerKey.js"
import { type SentRestore, type ServerRestores, serverRestores } from "./ServerRestores.js"

/** What this machine does with restores that are sent to it. */
export type RemoteRestores = NonNullable<ServerKey["remoteRestores"]>

/** What happened in the inbox. */
export type InboxEvent =
  /** It was carried out, and is at the server. */
  | {
      readonly _tag: "Brought"
      readonly vault: string
      readonly restore: SentRestore
      readonly result: RestoreResult
    }
  /** It asks for an answer; told once. `appOpen`: it was agreed to, and waits for the app to be closed. */
  | {
      readonly _tag: "Asks"
      readonly vault: string
      readonly restore: SentRestore
      readonly appOpen: boolean
    }
  | {
      readonly _tag: "NotBrought"
      readonly vault: string
      readonly restore: SentRestore
      readonly reason: typeof RestoreReason.Type
    }
  /** The beginning of trouble with it. */
  | { readonly _tag: "Trouble"; readonly vault: string; readonly error: WhiteRoomError }

export interface InboxOptions {
  readonly env?: Environment | undefined
  /** The folder of settings, with what lets this machine into servers. */
  readonly settings: string
  /** In place of what is kept of each server: for all of them. */
  readonly remoteRestores?: RemoteRestores | undefined
  /** Told of what became of each restore, and of a server that did not answer, once each. */
  readonly onEvent: (event: InboxEvent) => Effect.Effect<void>
}

export interface KeepInboxOptions extends InboxOptions {
  /** How often it is asked what was sent; 30 s by default. */
  readonly every?: Duration.DurationInput | undefined
  /** Nothing in this process opens the library but this package and the store: see `OpenOptions`. Default false. */
  readonly alone?: boolean | undefined
}

interface Inbox {
  readonly library: Library
  readonly known: KnownVault
  readonly restores: ServerRestores
  readonly options: InboxOptions
  /** What was said of each already. */
  readonly told: Map<string, string>
}

const say = ({ told, options }: Inbox, restore: SentRestore, event: InboxEvent) =>
  Effect.suspend(() => {
    const what = event._tag === "Asks" ? `${event._tag} ${event.appOpen}` : event._tag
    if (told.get(restore.id) === what) return Effect.void
    told.set(restore.id, what)
    return options.onEvent(event)
  })

/** Carries out what has begun: the library first, then what is pushed, then its sender is told. */
export const finishSent = (
  library: Library,
  known: KnownVault,
  restores: ServerRestores,
  restore: SentRestore,
  opening: Pick<InboxOptions, "env" | "settings">
): Effect.Effect<RestoreResult, WhiteRoomError> =>
  Effect.gen(function* () {
    const whose = { name: known.name, title: restores.access.kept?.title ?? "" }
    const result = yield* bringSent(library, restore, whose)
    const [now = known] = (yield* vaultRecords(library).all).filter(({ name }) => name === known.name)
    yield* push(library, yield* openKnown(now, opening), now)
    yield* restores.tell(restore, { state: "applied", outcome: outcomeOf(result) })
    yield* settleAgreement(opening.settings, restore)
    return result
  })

/** Says that a restore is not carried out, for good. */
const decline = (inbox: Inbox, restore: SentRestore, reason: typeof RestoreReason.Type) =>
  Effect.gen(function* () {
    const { restores, known, options } = inbox
    const heard = restore.state === "heard" ? restore : yield* restores.tell(restore, { state: "heard" })
    if (heard === undefined) return
    const state = reason === "NotWanted" ? "refused" : "failed"
    yield* restores.tell(heard, { state, reason })
    yield* settleAgreement(options.settings, restore)
    yield* say(inbox, restore, { _tag: "NotBrought", vault: known.name, restore, reason })
  })

const finish = (inbox: Inbox, restore: SentRestore) => {
  const { library, known, restores, options } = inbox
  return finishSent(library, known, restores, restore, options).pipe(
    Effect.flatMap((result) => say(inbox, restore, { _tag: "Brought", vault: known.name, restore, result })),
    Effect.catchAll((error) => {
      const reason = reasonOfFailure(error)
      return reason === undefined ? Effect.fail(error) : decline(inbox, restore, reason)
    })
  )
}

/** An app that has the library open may write its old copy back over what is replaced. */
const isAppOpen = (library: Library) =>
  Effect.map(library.upkeep.otherPrograms, (programs) => programs.length > 0)

/** What is done about one restore now; `true` when it asks for an answer, or waits for the app. */
const treat = (inbox: Inbox, restore: SentRestore): Effect.Effect<boolean, WhiteRoomError> =>
  Effect.gen(function* () {
    const { library, known, restores, options } = inbox
    const wanted = options.remoteRestores ?? restores.access.kept?.remoteRestores ?? "copies"
    const isForAll = restore.state === "waiting" && restore.device === null
    const isHere = yield* isOfHistory(library, restore)
    // Another device of the library may have what this one lacks, or want what it refuses.
    if (isForAll && (!isHere || wanted === "refuse")) return false
    const agreed = yield* hasAgreed(options.settings, restore)
    if (!isHere) return yield* Effect.as(decline(inbox, restore, "AnotherHistory"), false)
    if (wanted === "refuse" && !agreed) return yield* Effect.as(decline(inbox, restore, "NotWanted"), false)
    const isUnasked = restore.mode === "copy" ? yield* isWithinDay(library, restore) : wanted === "replace"
    const mayBegin = isUnasked || agreed
    const waits = restore.mode === "replace" && mayBegin && (yield* isAppOpen(library))
    if (mayBegin && !waits) {
      const begun =
        restore.begun === true ? restore : yield* restores.tell(restore, { state: "heard", begins: true })
      if (begun !== undefined) yield* finish(inbox, begun)
      return false
    }
    const heard = restore.state === "heard" ? restore : yield* restores.tell(restore, { state: "heard" })
    if (heard === undefined) return false
    yield* say(inbox, restore, { _tag: "Asks", vault: known.name, restore: heard, appOpen: waits })
    return true
  })

/** One look at the inbox of a library at one server. What fails with one of them keeps nothing from the others. */
const lookInto = (inbox: Inbox) =>
  Effect.gen(function* () {
    const { known, restores, options } = inbox
    const found = yield* restores.inbox
    const treated = yield* Effect.forEach(found, (restore) =>
      Effect.map(Effect.either(treat(inbox, restore)), (outcome) => ({ restore, outcome }))
    )
    const asking = treated.filter(({ outcome }) => outcome._tag === "Right" && outcome.right)
    const remembered = yield* Effect.forEach(asking, ({ restore }) =>
      Effect.map(hasAgreed(options.settings, restore), (agreed) => askingOf(restore, agreed))
    )
    const before = yield* readAsking(options.settings, known.place)
    for (const { id } of before.asking)
      if (!found.some((restore) => restore.id === id)) yield* settleAgreement(options.settings, { id })
    yield* keepAsking(options.settings, known.place, { asking: remembered })
    for (const { outcome } of treated) yield* outcome
  })

/** A server that fails is asked again after a minute, then after twice as long, up to this. */
const longest = Duration.minutes(10)

interface Waiting {
  readonly until: number
  readonly wait: Duration.Duration
  readonly said: string
}

/**
 * Looks into the inboxes of the library at `path` once, at all servers that it is kept on, but for those that failed lately. Gives their
 * places; `undefined` where the library could not be opened.
 */
const lookOnce = (
  path: string,
  options: KeepInboxOptions,
  told: Inbox["told"],
  waiting: Map<string, Waiting>
) => {
  const { alone, env, settings } = options

  const failed = (vault: string, error: WhiteRoomError) =>
    Effect.gen(function* () {
      const before = waiting.get(vault)
      const longer = before === undefined ? Duration.minutes(1) : Duration.times(before.wait, 2)
      const wait = Duration.min(longer, longest)
      const now = yield* Clock.currentTimeMillis
      waiting.set(vault, { until: now + Duration.toMillis(wait), wait, said: error._tag })
      if (before?.said !== error._tag) yield* options.onEvent({ _tag: "Trouble", vault, error })
    })

  const look = (library: Library, known: KnownVault) =>
    Effect.gen(function* () {
      const restores = yield* serverRestores(known.place, { env, settings })
      yield* lookInto({ library, known, restores, options, told })
      waiting.delete(known.name)
    }).pipe(Effect.catchAll((error) => failed(known.name, error)))

  return Effect.scoped(
    Effect.gen(function* () {
      const library = yield* openLibrary(path, { alone })
      const now = yield* Clock.currentTimeMillis
      const places = (yield* vaultRecords(library).all).filter(({ place }) => isServerPlace(place))
      const asked = places.filter(({ name }) => (waiting.get(name)?.until ?? 0) <= now)
      yield* Effect.forEach(asked, (known) => look(library, known), { discard: true })
      return places.map(({ place }) => place)
    })
  ).pipe(Effect.catchAll((error) => Effect.as(failed("", error), undefined)))
}

/** Looks into the inboxes of the library at `path` once. What goes wrong is told as an event. */
export const lookIntoInboxes = (path: string, options: KeepInboxOptions): Effect.Effect<void> =>
  Effect.suspend(() => Effect.asVoid(lookOnce(path, options, new Map(), new Map())))

/** So often servers can have it look before its own time comes: one that says so without end is then asked as if it said nothing. */
const mostHeard = 20

/**
 * Looks after the inboxes of the library at `path` again and again, and as soon as a server says that something was sent; never ends,
 * whatever goes wrong. Copies are taken without
 * asking, as many as a day may bring; what replaces something waits for a yes, and for the app to be closed.
 */
export const keepInbox = (path: string, options: KeepInboxOptions): Effect.Effect<never> =>
  Effect.gen(function* () {
    const round = lookOnce(path, options, new Map(), new Map())
    const news = yield* Queue.sliding<void>(1)
    const listening = yield* FiberMap.make<string>()
    let left = mostHeard
    const untilNext = Effect.suspend(() =>
      Effect.timeoutOption(left > 0 ? Queue.take(news) : Effect.never, options.every ?? Duration.seconds(30))
    )
    for (;;) {
      const places = yield* round
      if (places !== undefined) {
        for (const [place] of listening) if (!places.includes(place)) yield* FiberMap.remove(listening, place)
        for (const place of places)
          yield* FiberMap.run(listening, place, hearInbox(place, options, Queue.offer(news, undefined)), {
            onlyIfMissing: true
          })
      }
      left = Option.isSome(yield* untilNext) ? left - 1 : mostHeard
    }
  }).pipe(Effect.scoped)
