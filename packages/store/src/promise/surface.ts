import type { Library } from "../library/Library.js"
import type { sessionOf } from "../session/Session.js"

type Services = Omit<Library, "path" | typeof sessionOf>

/** What gives a stream, or lasts as long as a scope, crosses no thread as it is: `Library.ts` has its own of these. */
interface Special {
  readonly log: "follow"
  readonly imports: "open"
}

type CallOf<S extends keyof Services> = Exclude<
  keyof Services[S],
  S extends keyof Special ? Special[S] : never
>

/**
 * The calls of the Promise door, by service: every one that the Effect door has, which the compiler sees to. A name that
 * is not here cannot be called, whatever a message to a worker says.
 */
export const surface: {
  readonly [S in keyof Services]: { readonly [C in CallOf<S>]: true }
} = {
  log: { append: true, read: true, head: true, state: true, next: true, capture: true, captureNew: true },
  objects: { put: true, get: true, has: true },
  songs: {
    create: true,
    upsertAll: true,
    read: true,
    update: true,
    upsert: true,
    delete: true,
    list: true,
    search: true,
    count: true,
    documentBytes: true
  },
  performances: {
    create: true,
    upsertAll: true,
    read: true,
    update: true,
    upsert: true,
    delete: true,
    list: true,
    search: true,
    count: true,
    documentBytes: true,
    ofSong: true
  },
  preferences: { read: true, current: true, list: true, upsert: true, delete: true, count: true },
  backups: {
    take: true,
    list: true,
    find: true,
    latest: true,
    entries: true,
    statistics: true,
    edit: true,
    forget: true,
    undelete: true,
    validate: true,
    plan: true,
    apply: true,
    restore: true
  },
  history: {
    versions: true,
    positionOf: true,
    entityAt: true,
    recordAt: true,
    entries: true,
    rowHashes: true,
    diff: true,
    find: true,
    staleReturns: true,
    operations: true,
    planUndo: true,
    undo: true
  },
  copies: { to: true, bundle: true, source: true, repair: true },
  exports: {
    write: true,
    documents: true,
    defaultFolder: true,
    fileName: true,
    list: true,
    delete: true
  },
  imports: { file: true, documents: true, entities: true },
  upkeep: {
    status: true,
    usage: true,
    check: true,
    previewRetention: true,
    prune: true,
    rebuild: true,
    otherPrograms: true,
    migrations: true,
    migrateUp: true,
    migrateDown: true
  },
  schedule: {
    profiles: true,
    saveProfile: true,
    removeProfile: true,
    runs: true,
    recentRuns: true,
    beginRun: true,
    endRun: true,
    acquireLease: true,
    renewLease: true,
    releaseLease: true
  }
}
