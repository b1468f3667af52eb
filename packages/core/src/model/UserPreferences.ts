/** The preferences of one user, with the defaults of Phase 5. */
import * as Schema from "effect/Schema"
import type { Cell, Row } from "./Entity.js"
import {
  buildRow,
  checkId,
  flagField,
  integerField,
  jsonField,
  present,
  textField,
  timeField
} from "./FieldCodec.js"
import { Time, unknownTime } from "./Time.js"

/** The id of a user: any text but the empty one. */
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
  updatedAt: Time
})
export type UserPreferences = typeof UserPreferences.Type

/** Any part of the preferences; what is left out keeps its value, or its default. */
export type UserPreferencesInput = Partial<Omit<UserPreferences, "userId">> & { readonly userId?: string }

/** The defaults of Phase 5: 48 kHz, 256 frames, save every 300 s, back up every 24 h, keep 30. */
export const defaultUserPreferences = (now: Date, userId = "default"): UserPreferences => ({
  userId: UserId.make(userId, { disableValidation: true }),
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

type NamesOf<A> = {
  [K in keyof UserPreferences]-?: UserPreferences[K] extends A ? K : never
}[keyof UserPreferences]
type IntegerName = NamesOf<number>
type FlagName = NamesOf<boolean>

/** The row of preferences: the given fields, else those of `current`, else the defaults. @throws InvalidInput */
export const rowOfPreferences = (input: UserPreferencesInput, now: Date, current?: Row): Row => {
  const userId = checkId(input.userId ?? "default", "userId")
  const unset = defaultUserPreferences(unknownTime(), userId)
  const kept = current ? preferencesOfRow(userId, current) : unset
  const wished = { ...kept, ...input, updatedAt: input.updatedAt ?? now }
  return buildRow(current, (set) => {
    const setInteger = (field: IntegerName, column: string) =>
      set(integerField, field, column, wished[field], unset[field])
    const setFlag = (field: FlagName, column: string) =>
      set(flagField, field, column, wished[field], unset[field])
    set(textField, "userId", "user_id", userId)
    set(textField, "displayName", "display_name", wished.displayName)
    set(textField, "defaultOutputDevice", "default_output_device", wished.defaultOutputDevice)
    set(textField, "defaultInputDevice", "default_input_device", wished.defaultInputDevice)
    setInteger("defaultSampleRate", "default_sample_rate")
    setInteger("defaultBufferSize", "default_buffer_size")
    setFlag("autoSaveEnabled", "auto_save_enabled")
    setInteger("autoSaveInterval", "auto_save_interval")
    setFlag("autoBackupEnabled", "auto_backup_enabled")
    setInteger("backupIntervalHours", "backup_interval_hours")
    setInteger("maxBackups", "max_backups")
    set(textField, "theme", "theme", wished.theme)
    set(textField, "language", "language", wished.language)
    setFlag("showTooltips", "show_tooltips")
    set(
      customField,
      "customPreferences",
      "custom_preferences",
      wished.customPreferences,
      unset.customPreferences
    )
    set(timeField, "updatedAt", "updated_at", wished.updatedAt, unset.updatedAt)
  })
}

/** The preferences of a row; absent values are the defaults. Never fails, whatever an app wrote. */
export const preferencesOfRow = (userId: string, row: Row): UserPreferences => {
  const get = (column: string): Cell => row.get(column) ?? null
  const defaults = defaultUserPreferences(unknownTime(), userId)
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
