/** How the columns of the live tables are called in exchange files, and what each holds there. */
import { fieldOfColumn, type Kind } from "../model/Entity.js"

/** What a column holds; `text`, `real`, … as the Phase 5 tables declare it. */
export type Form = "text" | "time" | "real" | "integer" | "flag" | "list" | "map"

export interface Column {
  readonly column: string
  /** The key in camelCase. Performances and preferences of the iOS app are called by their column. */
  readonly field: string
  readonly form: Form
  /** Absent: the models of the apps do without it. Otherwise the JSON they get where a row has no value. */
  readonly filler?: string
  /** The table takes no NULL there. */
  readonly notNull: boolean
}

const optional = (form: Form, ...columns: ReadonlyArray<string>): ReadonlyArray<Column> =>
  columns.map((column) => ({ column, field: fieldOfColumn(column), form, notNull: false }))

const required = (form: Form, column: string, filler: string, notNull = true): Column => ({
  column,
  field: fieldOfColumn(column),
  form,
  filler,
  notNull
})

const times = [required("time", "created_at", '""'), required("time", "updated_at", '""')]

/** In the order in which the Node app wrote them. */
export const columns: Readonly<Record<Kind, ReadonlyArray<Column>>> = {
  song: [
    required("text", "id", '""'),
    required("text", "name", '""'),
    ...optional("text", "composer", "description", "genre"),
    ...optional("real", "duration"),
    ...optional("text", "key"),
    ...times,
    required("text", "song_data_json", '""'),
    required("text", "determinism_seed", '""'),
    ...optional("map", "custom_metadata")
  ],
  performance: [
    required("text", "id", '""'),
    required("text", "name", '""'),
    required("text", "song_id", '""'),
    ...optional("text", "description"),
    required("real", "duration", "0"),
    required("text", "performance_data_json", '""'),
    ...times,
    required("flag", "is_favorite", "false", false),
    required("list", "tags", "[]", false)
  ],
  preferences: [
    required("text", "user_id", '""'),
    ...optional("text", "display_name", "default_output_device", "default_input_device"),
    required("integer", "default_sample_rate", "48000", false),
    required("integer", "default_buffer_size", "256", false),
    required("flag", "auto_save_enabled", "true", false),
    required("integer", "auto_save_interval", "300", false),
    required("flag", "auto_backup_enabled", "true", false),
    required("integer", "backup_interval_hours", "24", false),
    required("integer", "max_backups", "30", false),
    ...optional("text", "theme", "language"),
    required("flag", "show_tooltips", "true", false),
    required("map", "custom_preferences", "{}", false),
    required("time", "updated_at", '""')
  ]
}

const byKey = (kind: Kind): ReadonlyMap<string, Column> =>
  new Map(
    columns[kind].flatMap((each) => [
      [each.column, each],
      [each.field, each]
    ])
  )

const keys: Readonly<Record<Kind, ReadonlyMap<string, Column>>> = {
  song: byKey("song"),
  performance: byKey("performance"),
  preferences: byKey("preferences")
}

/** The column that a key of either family names. */
export const columnOfKey = (kind: Kind, key: string): Column | undefined => keys[kind].get(key)

/** What the iOS app's performances have and no table keeps; it reads none without. */
export const iosPerformanceKeys: ReadonlyMap<string, string> = new Map([
  ["active", "true"],
  ["parameters", "{}"],
  ["projections", "{}"]
])

/** Marks preferences that stand where an app needs some and the library has none. */
export const placeholderKey = "isPlaceholder"
