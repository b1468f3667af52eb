import type { Library } from "../library/Library.js"
import type { sessionOf } from "../session/Session.js"

type Services = Omit<Library, "path" | typeof sessionOf>

/** What gives a stream, or lasts as long as a scope, crosses no thread as it is: `Library.ts` has its own of these. */
interface Special {
  readonly log: "follow"
  readonly imports: never
}

type CallOf<S extends keyof Services> = Exclude<
  keyof Services[S],
  S extends keyof Special ? Special[S] : never
>

type ParametersOf<F> = F extends (...args: infer A) => unknown ? Required<A> : readonly []

type LastOf<A extends ReadonlyArray<unknown>> = A extends readonly [...infer Before, infer Last]
  ? { readonly at: Before["length"]; readonly last: Last }
  : { readonly at: 0; readonly last: never }

/** What of a parameter is an object of named values. */
type NamedValues<T> = Exclude<
  Extract<T, object>,
  ReadonlyArray<unknown> | Date | Uint8Array | ((...args: never) => unknown)
>

/** Named values of which none is needed, or that come with a progress function: options, and not a thing. */
type OptionsOf<T> = T extends unknown
  ? Partial<T> extends T
    ? T
    : "onProgress" extends keyof T
      ? T
      : never
  : never

type NamesOf<T> = T extends unknown ? keyof T : never

/** How many arguments a call takes; where the last of them is options, its index and every name in it. */
export type Signature<F> =
  LastOf<ParametersOf<F>> extends { readonly at: infer At; readonly last: infer Last }
    ? [OptionsOf<NamedValues<Last>>] extends [never]
      ? ParametersOf<F>["length"]
      : readonly [at: At, names: { readonly [K in NamesOf<OptionsOf<NamedValues<Last>>>]: true }]
    : never

const page = { limit: true, offset: true } as const
const written = { commandId: true, actor: true, expected: true } as const
const writtenAll = { commandId: true, actor: true } as const

/** What songs and performances have in common. */
const entities = {
  create: [1, written],
  upsertAll: [1, writtenAll],
  read: 1,
  update: [1, written],
  upsert: [1, written],
  delete: [1, written],
  list: [0, page],
  search: [1, page],
  count: 0,
  documentBytes: 0
} as const

const read = { after: true, limit: true } as const
const undone = { command: true, onConflict: true } as const
const restored = {
  mode: true,
  onConflict: true,
  only: true,
  kinds: true,
  decisions: true,
  asCopy: true,
  preferenceColumns: true,
  withoutSongs: true,
  suffix: true,
  onProgress: true
} as const
const asked = { commandId: true, actor: true, request: true } as const

/**
 * The calls of the Promise door, by service: every one that the Effect door has, with every option it takes, which the
 * compiler sees to. A name that is not here cannot be called, nor an option be given, whatever a program or a message to a
 * worker says.
 */
export const surface: {
  readonly [S in keyof Services]: { readonly [C in CallOf<S>]: Signature<Services[S][C]> }
} = {
  log: {
    append: 1,
    change: [1, writtenAll],
    read: [0, read],
    head: 0,
    state: 2,
    mayDelete: 1,
    next: [0, read],
    capture: 0,
    captureNew: 0
  },
  objects: { put: 1, get: 1, has: 1 },
  songs: entities,
  performances: { ...entities, ofSong: 1 },
  preferences: { read: 1, current: 0, list: 0, upsert: [1, written], delete: [1, written], count: 0 },
  backups: {
    take: [
      0,
      {
        commandId: true,
        description: true,
        tags: true,
        pinned: true,
        trigger: true,
        profile: true,
        lease: true,
        skipIfUnchanged: true,
        onProgress: true
      }
    ],
    list: [0, { since: true, until: true, tag: true, search: true, trash: true }],
    find: 1,
    latest: 0,
    entries: 1,
    statistics: 0,
    edit: [1, { description: true, tags: true, pinned: true }],
    forget: 2,
    undelete: 1,
    validate: 2,
    plan: [1, { ...restored, language: true }],
    apply: [1, { ...asked, replan: true, onProgress: true }],
    restore: [1, { ...asked, ...restored }]
  },
  appBackups: {
    keep: 1,
    list: 0,
    read: 1,
    edit: [1, { description: true, size: true, version: true, timestamp: true }],
    remove: 1
  },
  history: {
    versions: [1, { language: true }],
    positionOf: 2,
    sourceOf: 2,
    entityAt: 2,
    recordAt: 2,
    entries: 2,
    rowHashes: 2,
    diff: [2, { words: true, language: true }],
    find: 1,
    timeline: [0, { edges: true, at: true, order: true, search: true, offset: true, limit: true }],
    staleReturns: 0,
    operations: 1,
    planUndo: [0, undone],
    undo: [0, { ...undone, ...asked }]
  },
  copies: {
    bundle: [2, { only: true, kinds: true, overwrite: true, onProgress: true }],
    source: [2, { libraryId: true, onProgress: true }],
    repair: [1, { dryRun: true, onProgress: true }]
  },
  exports: {
    write: [
      2,
      {
        format: true,
        family: true,
        only: true,
        kinds: true,
        lock: true,
        armored: true,
        force: true,
        dryRun: true,
        onProgress: true
      }
    ],
    documents: 1,
    defaultFolder: 0,
    fileName: 2,
    list: 1,
    delete: 2
  },
  imports: {
    file: [1, { kind: true, merge: true, onConflict: true, keys: true, onProgress: true }],
    documents: 1,
    entities: [
      0,
      { source: true, songs: true, performances: true, preferences: true, commandId: true, onProgress: true }
    ],
    open: [1, { kind: true, keys: true, named: true, dryRun: true, onProgress: true }]
  },
  upkeep: {
    status: 0,
    usage: 0,
    check: [0, { level: true, subset: true, mend: true, onProgress: true }],
    previewRetention: [
      0,
      {
        keepLast: true,
        keepHourly: true,
        keepDaily: true,
        keepWeekly: true,
        keepMonthly: true,
        keepYearly: true,
        keepWithin: true,
        keepTags: true,
        imported: true
      }
    ],
    prune: [
      0,
      {
        policy: true,
        profile: true,
        keepEditsDays: true,
        reclaim: true,
        zone: true,
        dryRun: true,
        onProgress: true
      }
    ],
    rebuild: [0, { dryRun: true, onProgress: true }],
    otherPrograms: 0,
    timeZone: 0,
    setTimeZone: 1,
    migrations: 0,
    migrateUp: 1,
    migrateDown: 1
  },
  schedule: {
    profiles: 0,
    saveProfile: 1,
    removeProfile: 1,
    runs: [0, { profile: true, activity: true, place: true, outcome: true, limit: true }],
    recentRuns: 1,
    beginRun: 2,
    endRun: 3,
    acquireLease: 3,
    renewLease: 2,
    releaseLease: 1
  }
}
