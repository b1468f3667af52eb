import { kinds, languageTags } from "@white-room/core"
import {
  among,
  bytes,
  each,
  type Fields,
  flag,
  isObject,
  maybe,
  number,
  shape,
  state,
  text,
  thing,
  time,
  type Value
} from "./Values.js"

const kind = among(...kinds)
const texts = each(text)
const key = shape({ kind, id: text })
const keys = each(key)
const lease = shape({ name: text, holder: text, token: number, expiresAt: time })

export const songValue = shape(
  {
    id: text,
    name: text,
    composer: maybe(text),
    description: maybe(text),
    genre: maybe(text),
    duration: maybe(number),
    key: maybe(text),
    createdAt: maybe(time),
    updatedAt: maybe(time),
    songDataJSON: text,
    determinismSeed: text,
    customMetadata: maybe(thing)
  },
  true
)

export const performanceValue = shape(
  {
    id: text,
    name: text,
    songId: text,
    description: maybe(text),
    duration: number,
    performanceDataJSON: text,
    createdAt: maybe(time),
    updatedAt: maybe(time),
    isFavorite: maybe(flag),
    tags: maybe(texts)
  },
  true
)

export const preferencesValue = shape(
  {
    userId: maybe(text),
    displayName: maybe(text),
    defaultOutputDevice: maybe(text),
    defaultInputDevice: maybe(text),
    defaultSampleRate: maybe(number),
    defaultBufferSize: maybe(number),
    autoSaveEnabled: maybe(flag),
    autoSaveInterval: maybe(number),
    autoBackupEnabled: maybe(flag),
    backupIntervalHours: maybe(number),
    maxBackups: maybe(number),
    theme: maybe(text),
    language: maybe(text),
    showTooltips: maybe(flag),
    customPreferences: maybe(thing),
    updatedAt: maybe(time)
  },
  true
)

const backup: Fields = {
  id: text,
  timestamp: time,
  description: text,
  songsJSON: text,
  performancesJSON: text,
  preferencesJSON: text,
  version: text
}

const entities = (entity: Value): Readonly<Record<string, ReadonlyArray<Value>>> => ({
  create: [entity],
  upsertAll: [each(entity)],
  read: [text],
  update: [entity],
  upsert: [entity],
  delete: [text],
  search: [text]
})

/** What an entity is to be, or `null` where it is to be gone. */
const change: Value = {
  choose: (given) => {
    if (!isObject(given) || given.entity === null) return key
    const entity = { song: songValue, performance: performanceValue, preferences: preferencesValue }
    return shape({ kind, entity: entity[given.kind as keyof typeof entity] ?? thing })
  }
}

const changed = shape({})

/** What the arguments of calls may be, by service and call; those that are options too where they are needed. */
export const argumentValues: Readonly<Record<string, Readonly<Record<string, ReadonlyArray<Value>>>>> = {
  log: {
    append: [shape({ changes: each(thing), commandId: maybe(text), actor: maybe(text) })],
    change: [each(change)],
    state: [key, maybe(number)],
    mayDelete: [keys]
  },
  objects: { put: [each(bytes)], get: [bytes], has: [bytes] },
  songs: entities(songValue),
  performances: { ...entities(performanceValue), ofSong: [text] },
  preferences: { read: [text], upsert: [preferencesValue], delete: [text] },
  backups: {
    find: [text],
    entries: [text],
    edit: [text, changed],
    forget: [texts, maybe(text)],
    undelete: [text],
    validate: [text, maybe(text)],
    plan: [state],
    apply: [thing],
    restore: [state]
  },
  appBackups: {
    keep: [shape({ ...backup, size: number })],
    read: [text],
    edit: [text, changed],
    remove: [text]
  },
  history: {
    versions: [key],
    positionOf: [key, number],
    sourceOf: [key, number],
    entityAt: [key, state],
    recordAt: [key, state],
    entries: [state, maybe(each(kind))],
    rowHashes: [state, keys],
    diff: [state, state],
    find: [text],
    operations: [maybe(number)]
  },
  copies: { bundle: [state, text], source: [text, text], repair: [text] },
  exports: {
    write: [state, text],
    documents: [text],
    fileName: [maybe(time), maybe(text)],
    list: [maybe(text)],
    delete: [text, maybe(text)]
  },
  imports: { file: [text], documents: [shape(backup)], entities: [changed], open: [texts] },
  upkeep: { setTimeZone: [text], migrateUp: [maybe(number)], migrateDown: [number] },
  schedule: {
    saveProfile: [shape({ name: text, definition: text })],
    removeProfile: [text],
    recentRuns: [text],
    beginRun: [shape({ profile: text, activity: text, place: text, dueAt: time }), lease],
    endRun: [number, shape({ outcome: text }), lease],
    acquireLease: [text, text, number],
    renewLease: [lease, number],
    releaseLease: [lease]
  }
}

/** What options may be: one name means one thing, whatever call has it. */
export const optionValues: Fields = {
  commandId: text,
  actor: text,
  request: text,
  limit: number,
  offset: number,
  after: number,
  command: number,
  description: text,
  tags: texts,
  pinned: flag,
  trigger: among("manual", "scheduled", "safety", "imported"),
  profile: text,
  lease,
  skipIfUnchanged: flag,
  since: time,
  until: time,
  tag: text,
  search: text,
  trash: flag,
  mode: text,
  onConflict: text,
  only: keys,
  kinds: each(kind),
  decisions: each(
    shape({ kind, id: text, choice: text, parts: maybe(each(shape({ name: text, choice: text }))) })
  ),
  asCopy: flag,
  preferenceColumns: texts,
  withoutSongs: flag,
  suffix: text,
  language: among(...languageTags),
  replan: flag,
  size: number,
  version: text,
  timestamp: time,
  libraryId: text,
  overwrite: flag,
  dryRun: flag,
  force: flag,
  armored: flag,
  format: text,
  family: text,
  lock: thing,
  kind: text,
  named: text,
  merge: flag,
  backups: flag,
  source: text,
  songs: each(songValue),
  performances: each(performanceValue),
  preferences: each(preferencesValue),
  level: text,
  subset: thing,
  mend: flag,
  keepLast: number,
  keepHourly: number,
  keepDaily: number,
  keepWeekly: number,
  keepMonthly: number,
  keepYearly: number,
  keepWithin: number,
  keepTags: texts,
  imported: text,
  policy: thing,
  keepEditsDays: number,
  reclaim: flag,
  zone: text,
  activity: text,
  place: text,
  outcome: text,
  edges: each(number),
  at: number,
  order: text
}
