/**
 * A library for those who keep it elsewhere: reading its log and objects as they are, and making a library of them
 * again. `@white-room/vault` is made with it.
 */
import type { LineMerged, RestoreSource } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { type RepairOptions, type RepairReport, repairSteps } from "./bundle/Repair.js"
import type { Library } from "./library/Library.js"
import { changedEntities } from "./log/EventTable.js"
import { mergedLines } from "./log/Markers.js"
import { keptSchedule, takeSchedule } from "./schedule/KeptSchedule.js"
import { attempt, attemptSteps, type Result } from "./session/Attempt.js"
import { sessionOf } from "./session/Session.js"
import type { OfferedState } from "./transfer/addSource.js"
import { enterFolder, type FolderState, folderState, rememberFolder } from "./transfer/FolderTable.js"
import {
  Incoming,
  type IncomingLine,
  type PullChoices,
  type PullPlan,
  type PullResult
} from "./transfer/Incoming.js"
import { markNeededIn, type WantedOfLog } from "./transfer/markNeededIn.js"
import { mendLogFrom } from "./transfer/mendLogFrom.js"
import { offer } from "./transfer/offer.js"
import { type OfferedPart, offerEntities } from "./transfer/offerEntities.js"
import type { Take } from "./transfer/receive.js"
import { type Snapshot, snapshotOf } from "./transfer/Snapshot.js"
import {
  forgetVault,
  type KnownVault,
  knownVaults,
  type LastFile,
  rememberDevices,
  rememberFile,
  rememberPolicy,
  rememberProfiles,
  rememberReclaim,
  rememberVault,
  type VaultEntry
} from "./transfer/VaultTable.js"
import { wholeObjects } from "./transfer/wholeObjects.js"

export { decryptBytes, encryptBytes, newIdentity } from "./age/Age.js"
export { type ForeignCell, type ForeignTables, openForeignTables } from "./file/ForeignTables.js"
export { privateFolder } from "./file/PrivateFolder.js"
export { syncedFolder } from "./file/syncedFolder.js"
export { writePrivateFile } from "./file/TargetFile.js"
export { type DiffOptions, describeDifference, tellDifferences } from "./history/Difference.js"
export { distinctVersions, type LoggedVersion, reasonOf } from "./history/EntityHistory.js"
export { TextRuns } from "./history/TextRuns.js"
export { external } from "./log/Commands.js"
export { eventType } from "./log/EventTable.js"
export { brotli, denseBrotli, sha256 } from "./object/Compression.js"
export { eachRun, type PackedBlock, type Place, packDense } from "./object/Objects.js"
export { noSchedule } from "./schedule/KeptSchedule.js"
export { besideSuffixes } from "./sqlite/Beside.js"
export type { OfferedState } from "./transfer/addSource.js"
export type { BackupsChange } from "./transfer/BackupsChanged.js"
export type { FolderState } from "./transfer/FolderTable.js"
export type { IncomingLine, PullChoices, PullPlan, PullResult } from "./transfer/Incoming.js"
export type { EntityFact, LogFacts } from "./transfer/LogFacts.js"
export type { LoggedCommand } from "./transfer/LoggedCommand.js"
export { provesItself } from "./transfer/LoggedRows.js"
export type { WantedOfLog } from "./transfer/markNeededIn.js"
export type { OfferedPart } from "./transfer/offerEntities.js"
export type { Receiver } from "./transfer/Receiver.js"
export { type ReceiveOptions, receive, type Take } from "./transfer/receive.js"
export type { EventRun, PlainEvent, SentObject, Snapshot } from "./transfer/Snapshot.js"
export type { Settled } from "./transfer/settle.js"
export { affinities, type ColumnForm, checkTable, type TableForm, widenTables } from "./transfer/TableForm.js"
export type { KnownVault, LastFile, VaultEntry } from "./transfer/VaultTable.js"

/** Reads a library beside those who write to it. */
export interface LibraryReader {
  /** Reads one snapshot in steps, between which others run and may write. A body may be begun twice: the last run counts. */
  readonly read: <A>(body: (snapshot: Snapshot) => Generator<void, A>) => Result<A>
}

/** A body of no more steps than these runs in one, on the library's own connection: opening another takes longer. */
const fewSteps = 4

const readAtOnce = <A>(library: Library, body: (snapshot: Snapshot) => Generator<void, A>) =>
  lookAt(library, (snapshot): { readonly value: A } | undefined => {
    const steps = body(snapshot)
    for (let count = 0; count < fewSteps; count++) {
      const step = steps.next()
      if (step.done === true) return { value: step.value }
    }
    return undefined
  })

/**
 * A library to be read from for as long as the scope lasts; what takes more than a moment on a second connection. What
 * other programs wrote by plain SQL is in it after `library.log.capture`.
 */
export const openReader = (library: Library): Effect.Effect<LibraryReader, never, Scope.Scope> =>
  Effect.gen(function* () {
    const connect = Effect.acquireRelease(
      attempt(library.path, "snapshot", () => {
        const reader = library[sessionOf].openReader()
        // What is sent is gone through once, with one look at an index for each object: the system keeps those pages, too.
        reader.db.handle.pragma("cache_size = -4096")
        return reader
      }),
      (reader) => Effect.sync(() => reader.close())
    )
    const connection = yield* Effect.cached(Scope.extend(connect, yield* Effect.scope))
    let isLong = false
    const readInSteps = <A>(body: (snapshot: Snapshot) => Generator<void, A>) =>
      Effect.flatMap(connection, (reader) =>
        attemptSteps(library.path, "snapshot", function* () {
          const transaction = reader.db.begin("read")
          try {
            return yield* body(snapshotOf(reader))
          } finally {
            transaction.rollback()
          }
        })
      )
    return {
      read: (body) =>
        Effect.gen(function* () {
          const atOnce = isLong ? undefined : yield* readAtOnce(library, body)
          if (atOnce !== undefined) return atOnce.value
          isLong = true
          return yield* readInSteps(body)
        })
    }
  })

/** One short look at a library, on its own connection. */
export const lookAt = <A>(library: Library, look: (snapshot: Snapshot) => A): Result<A> =>
  attempt(library[sessionOf], "snapshot", () =>
    library[sessionOf].reading(() => look(snapshotOf(library[sessionOf])))
  )

/** What a library keeps of its vaults. */
export interface VaultRecords {
  readonly all: Result<ReadonlyArray<KnownVault>>
  /** How many songs, performances and preferences differ from what was there at a position. */
  readonly changedSince: (position: number) => Result<number>
  /** Remembers a vault, or how far the line of this file went there. */
  readonly remember: (vault: VaultEntry, lastFile?: LastFile) => Result<void>
  /** The same of a line that another file continued: this one begins its own with its first push. */
  readonly rememberOther: (vault: VaultEntry) => Result<void>
  /** Remembers what became of the last file of a vault. */
  readonly rememberFile: (vaultId: string, file: LastFile) => Result<void>
  /** Remembers that a vault was looked through for what nobody needs any more. */
  readonly rememberReclaim: (vaultId: string) => Result<void>
  /** Remembers which devices had something there that is not here. */
  readonly rememberDevices: (vaultId: string, seen: string) => Result<void>
  /** Remembers which profiles were sent there. */
  readonly rememberProfiles: (vaultId: string, profiles: string) => Result<void>
  /** Remembers the newest policy that was seen there, by its number. */
  readonly rememberPolicy: (vaultId: string, policy: number) => Result<void>
  /** Forgets a vault here; what is there stays. False when there is none of that name. */
  readonly forget: (name: string) => Result<boolean>
}

/** The vaults that a library knows. */
export const vaultRecords = (library: Library): VaultRecords => {
  const session = library[sessionOf]
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `vaults.${name}`, body)
  return {
    all: run("all", () => knownVaults(session)),
    changedSince: (position) =>
      run("changedSince", () => changedEntities(session.db, position, Number.MAX_SAFE_INTEGER).length),
    remember: (vault, lastFile) => run("remember", (now) => rememberVault(session, vault, now, { lastFile })),
    rememberFile: (vaultId, file) => run("rememberFile", (now) => rememberFile(session, vaultId, file, now)),
    rememberReclaim: (vaultId) => run("rememberReclaim", (now) => rememberReclaim(session, vaultId, now)),
    rememberDevices: (vaultId, seen) =>
      run("rememberDevices", (now) => rememberDevices(session, vaultId, seen, now)),
    rememberProfiles: (vaultId, profiles) =>
      run("rememberProfiles", (now) => rememberProfiles(session, vaultId, profiles, now)),
    rememberPolicy: (vaultId, policy) =>
      run("rememberPolicy", (now) => rememberPolicy(session, vaultId, policy, now)),
    rememberOther: (vault) =>
      run("rememberOther", (now) => rememberVault(session, vault, now, { isOwnLine: false })),
    forget: (name) => run("forget", (now) => forgetVault(session, name, now))
  }
}

/** Profiles and runs of a library, with which another file of the same library goes on. */
export interface ScheduleRecords {
  /** As a text; the same ones give the same text. */
  readonly text: Result<string>
  /** Puts those of such a text in the place of those that are here. Fails with `MalformedData` when it is none; nothing is changed then. */
  readonly take: (text: string) => Result<void>
}

/** What a library keeps of its profiles beside its log. */
export const scheduleRecords = (library: Library): ScheduleRecords => {
  const session = library[sessionOf]
  return {
    text: attempt(session, "schedule.text", () => session.reading(() => keptSchedule(session))),
    take: (text) => attempt(session, "schedule.take", (now) => takeSchedule(session, text, now))
  }
}

/** What a library knows of folders that are to get a vault. */
export interface FolderRecords {
  /** How a folder is now. */
  readonly state: (folder: string) => Result<FolderState>
  /** Takes a folder that is there for one to come; what is known of it already stays. */
  readonly remember: (folder: string) => Result<void>
  /**
   * Sees to it that a folder is there and is what it was; gives its whole path. A missing one is made beside the library,
   * elsewhere only with `make`. Fails with `PlaceNotFound` or `PlaceAway`.
   */
  readonly enter: (folder: string, make: boolean) => Result<string>
}

/** The folders that a library knows. */
export const folderRecords = (library: Library): FolderRecords => {
  const session = library[sessionOf]
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `folders.${name}`, body)
  return {
    state: (folder) => run("state", () => folderState(session, folder)),
    remember: (folder) => run("remember", (now) => rememberFolder(session, folder, now)),
    enter: (folder, make) => run("enter", (now) => enterFolder(session, folder, make, now))
  }
}

/**
 * Mends a library from another one of the same songs, such as one that was cloned from a vault: a full check, then whatever
 * is damaged or missing here and whole there: objects by their hash, events and commands by the chain.
 */
export const repairFrom = (
  library: Library,
  other: Library,
  options: RepairOptions = {}
): Result<RepairReport> =>
  attemptSteps(library[sessionOf], "repair", (now) =>
    repairSteps(
      library[sessionOf],
      wholeObjects(other[sessionOf]),
      options,
      now,
      mendLogFrom(other[sessionOf])
    )
  )

/** Adds the hashes, in hex, of what a library needs for what is wanted of its log. */
export const markNeeded = (library: Library, wanted: WantedOfLog, needed: Set<string>): Result<void> =>
  attempt(library[sessionOf], "markNeeded", () =>
    library[sessionOf].reading(() => markNeededIn(library[sessionOf], wanted, needed))
  )

/**
 * Makes a state of another library, such as one that was cloned from a vault, a source that restores of this library can
 * name: `b31`, `latest`, an id, `@1234`, `now`, or a time. Its documents are kept first.
 */
export const offerState = (
  library: Library,
  other: Library,
  reference: RestoreSource,
  from: string
): Result<OfferedState> =>
  attempt(library[sessionOf], "offer", (now) =>
    offer(library[sessionOf], other[sessionOf], reference, from, now)
  )

/** Lines of other devices that a library took in, newest first; what was taken back does not count. */
export const linesMergedInto = (library: Library): Result<ReadonlyArray<LineMerged>> =>
  attempt(library[sessionOf], "merged", () =>
    library[sessionOf].reading(() => mergedLines(library[sessionOf].db))
  )

/** Another line of a library on its way in: given piece by piece, planned, then taken in as a whole or not at all. */
export interface LineTaker {
  /** Keeps documents, and takes the next events. Fails with `MalformedData` unless they go on from those before. */
  readonly take: Take
  /** Documents that did not come and are not here: they lie before what was given. */
  readonly lacking: Result<ReadonlyArray<Uint8Array>>
  /** What taking it in would do; writes nothing but what other programs changed. */
  readonly plan: (choices?: PullChoices) => Result<PullPlan>
  /** Takes it in, in one transaction. Fails with `PlanOutdated` when the library is not as it was when planned. */
  readonly apply: (choices?: PullChoices) => Result<PullResult>
}

/** Begins to take in another line of a library. */
export const takeLine = (library: Library, source: IncomingLine): LineTaker => {
  const session = library[sessionOf]
  const incoming = new Incoming(session, source)
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `pull.${name}`, body)
  return {
    take: (body) =>
      run("take", (now) =>
        body({
          head: incoming.head,
          objects: (data) => incoming.objects(data, now),
          events: (events) => incoming.events(events)
        })
      ),
    lacking: run("lacking", () => session.reading(() => incoming.lacking())),
    plan: (choices = {}) => run("plan", (now) => incoming.plan(choices, now)),
    apply: (choices = {}) => run("apply", (now) => incoming.apply(choices, now))
  }
}

/** The same of some entities of such a state, and nothing else of it. */
export const offerPart = (library: Library, part: OfferedPart, from: string): Result<OfferedState> =>
  attempt(library[sessionOf], "offer", (now) => offerEntities(library[sessionOf], part, from, now))
