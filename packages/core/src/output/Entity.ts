/** Songs, performances and preferences as scripts and clients see them. */
import * as Schema from "effect/Schema"
import { Performance as StoredPerformance } from "../model/Performance.js"
import { Song as StoredSong } from "../model/Song.js"
import { optional, StoredTime } from "./Fields.js"

/** The model with its times as they are printed. Of what an app stored, an id may be any text. */
const times = { createdAt: StoredTime, updatedAt: StoredTime }

export const Song = Schema.Struct({ ...StoredSong.fields, id: Schema.String, ...times })
export const Performance = Schema.Struct({
  ...StoredPerformance.fields,
  id: Schema.String,
  songId: Schema.String,
  ...times
})

/** Without its document, as in lists. */
export const SongSummary = Song.omit("songDataJSON")
export const PerformanceSummary = Performance.omit("performanceDataJSON")

/** Numbers as an app stored them: whole or not. */
export const Preferences = Schema.Struct({
  userId: Schema.String,
  displayName: optional(Schema.String),
  defaultOutputDevice: optional(Schema.String),
  defaultInputDevice: optional(Schema.String),
  defaultSampleRate: Schema.Finite,
  defaultBufferSize: Schema.Finite,
  autoSaveEnabled: Schema.Boolean,
  autoSaveInterval: Schema.Finite,
  autoBackupEnabled: Schema.Boolean,
  backupIntervalHours: Schema.Finite,
  maxBackups: Schema.Finite,
  theme: optional(Schema.String),
  language: optional(Schema.String),
  showTooltips: Schema.Boolean,
  customPreferences: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  updatedAt: StoredTime
})

/** `timeZone` is that of the library, whose days and hours retention counts; `null` before its first use. */
export const LibraryPreferences = Schema.Struct({
  ...Preferences.fields,
  timeZone: Schema.NullOr(Schema.String)
})
