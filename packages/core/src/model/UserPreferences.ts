/** The preferences of one user, with the defaults of Phase 5. */
import * as Schema from "effect/Schema"
import type { Cell, Row } from "./Entity.js"
import {
  encodeField,
  type FieldCodec,
  flagField,
  integerField,
  jsonField,
  textField,
  timeField
} from "./fields.js"
import { checkId, present } from "./Song.js"

export const UserId = Schema.NonEmptyString.pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })
const JsonObject = Schema.Record({ key: Schema.String, value: Schema.Unknown })

/** Preferences. `autoSaveInterval` is in seconds, `defaultSampleRate` in hertz, `defaultBufferSize` in frames. */
export const UserPreferences = Schema.Struct({
  userId: UserId,
  displayName: optional(Schema.String),
  defaultOutputDevice: optional(Schema.String),
  defaultInputDevice: optional(Schema.String),
  defaultSampleRate: Schema.Int,
  defaultBufferSize: Schema.Int,
  autoSaveEnabled: Schema.Boolean,
  autoSaveInterval: Schema.Int,
  autoBackupEnabled: Schema.Boolean,
  backupIntervalHours: Schema.Int,
  maxBackups: Schema.Int,
  theme: optional(Schema.String),
  language: optional(Schema.String),
  showTooltips: Schema.Boolean,
  customPreferences: JsonObject,
  updatedAt: Schema.Date
})
export type UserPreferences = typeof UserPreferences.Type

/** Any part of the preferences; what is left out keeps its value, or its default. */
export type UserPreferencesInput = Partial<Omit<UserPreferences, "userId">> & { readonly userId?: string }

/** The defaults of Phase 5: 48 kHz, 256 frames, save every 300 s, back up every 24 h, keep 30. */
export const createDefaultUserPreferences = (now: Date, userId = "default"): UserPreferences => ({
  userId: UserId.make(userId),
  defaultSampleRate: 48000,
  defaultBufferSize: 256,
  autoSaveEnabled: true,
  autoSaveInterval: 300,
  autoBackupEnabled: true,
  backupIntervalHours: 24,
  maxBackups: 30,
  showTooltips: true,
  customPreferences: {},
  updatedAt: now
})

const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const customField = jsonField(isJsonObject)

/** The row of preferences: the given fields, else those of `current`, else the defaults. @throws InvalidInput */
export const rowOfPreferences = (input: UserPreferencesInput, now: Date, current?: Row): Row => {
  const userId = checkId(input.userId ?? "default", "userId")
  const base = current ? preferencesOfRow(userId, current) : createDefaultUserPreferences(now, userId)
  const wished = { ...base, ...input, updatedAt: input.updatedAt ?? now }
  const row = new Map<string, Cell>(current)
  const set = <A>(codec: FieldCodec<A>, field: string, column: string, value: A | undefined) =>
    row.set(column, encodeField(codec, field, column, value, current))
  set(textField, "userId", "user_id", userId)
  set(textField, "displayName", "display_name", wished.displayName)
  set(textField, "defaultOutputDevice", "default_output_device", wished.defaultOutputDevice)
  set(textField, "defaultInputDevice", "default_input_device", wished.defaultInputDevice)
  set(integerField, "defaultSampleRate", "default_sample_rate", wished.defaultSampleRate)
  set(integerField, "defaultBufferSize", "default_buffer_size", wished.defaultBufferSize)
  set(flagField, "autoSaveEnabled", "auto_save_enabled", wished.autoSaveEnabled)
  set(integerField, "autoSaveInterval", "auto_save_interval", wished.autoSaveInterval)
  set(flagField, "autoBackupEnabled", "auto_backup_enabled", wished.autoBackupEnabled)
  set(integerField, "backupIntervalHours", "backup_interval_hours", wished.backupIntervalHours)
  set(integerField, "maxBackups", "max_backups", wished.maxBackups)
  set(textField, "theme", "theme", wished.theme)
  set(textField, "language", "language", wished.language)
  set(flagField, "showTooltips", "show_tooltips", wished.showTooltips)
  set(customField, "customPreferences", "custom_preferences", wished.customPreferences)
  set(timeField, "updatedAt", "updated_at", wished.updatedAt)
  return row
}

/** The preferences of a row; absent values are the defaults. Never fails, whatever an app wrote. */
export const preferencesOfRow = (userId: string, row: Row): UserPreferences => {
  const get = (column: string): Cell => row.get(column) ?? null
  const defaults = createDefaultUserPreferences(new Date(Number.NaN), userId)
  return {
    userId: defaults.userId,
    ...present("displayName", textField.decode(get("display_name"))),
    ...present("defaultOutputDevice", textField.decode(get("default_output_device"))),
    ...present("defaultInputDevice", textField.decode(get("default_input_device"))),
    defaultSampleRate: integerField.decode(get("default_sample_rate")) ?? defaults.defaultSampleRate,
    defaultBufferSize: integerField.decode(get("default_buffer_size")) ?? defaults.defaultBufferSize,
    autoSaveEnabled: flagField.decode(get("auto_save_enabled")) ?? defaults.autoSaveEnabled,
    autoSaveInterval: integerField.decode(get("auto_save_interval")) ?? defaults.autoSaveInterval,
    autoBackupEnabled: flagField.decode(get("auto_backup_enabled")) ?? defaults.autoBackupEnabled,
    backupIntervalHours: integerField.decode(get("backup_interval_hours")) ?? defaults.backupIntervalHours,
    maxBackups: integerField.decode(get("max_backups")) ?? defaults.maxBackups,
    ...present("theme", textField.decode(get("theme"))),
    ...present("language", textField.decode(get("language"))),
    showTooltips: flagField.decode(get("show_tooltips")) ?? defaults.showTooltips,
    customPreferences: customField.decode(get("custom_preferences")) ?? defaults.customPreferences,
    updatedAt: timeField.decode(get("updated_at")) ?? defaults.updatedAt
  }
}
