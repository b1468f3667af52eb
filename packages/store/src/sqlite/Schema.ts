/** The tables of a library. The live tables are Phase 5's, to the letter; ours have other names. */
import { type Kind, kinds, liveTables } from "@white-room/core"
import type { Database } from "./Database.js"

/** Phase 5's tables and indexes: exact columns, types, defaults and names. */
export const liveSchemaOf: Readonly<Record<Kind, string>> = {
  song: `
CREATE TABLE IF NOT EXISTS song_data (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  composer TEXT,
  description TEXT,
  genre TEXT,
  duration REAL,
  key TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  song_data_json TEXT NOT NULL,
  determinism_seed TEXT NOT NULL,
  custom_metadata TEXT
);
CREATE INDEX IF NOT EXISTS idx_song_data_name ON song_data(name);
CREATE INDEX IF NOT EXISTS idx_song_data_composer ON song_data(composer);
CREATE INDEX IF NOT EXISTS idx_song_data_created_at ON song_data(created_at);
`,
  performance: `
CREATE TABLE IF NOT EXISTS performance_data (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  song_id TEXT NOT NULL,
  description TEXT,
  duration REAL NOT NULL,
  performance_data_json TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  is_favorite INTEGER DEFAULT 0,
  tags TEXT
);
CREATE INDEX IF NOT EXISTS idx_performance_data_name ON performance_data(name);
CREATE INDEX IF NOT EXISTS idx_performance_data_song_id ON performance_data(song_id);
CREATE INDEX IF NOT EXISTS idx_performance_data_created_at ON performance_data(created_at);
`,
  preferences: `
CREATE TABLE IF NOT EXISTS user_preferences (
  user_id TEXT PRIMARY KEY,
  display_name TEXT,
  default_output_device TEXT,
  default_input_device TEXT,
  default_sample_rate INTEGER,
  default_buffer_size INTEGER,
  auto_save_enabled INTEGER DEFAULT 1,
  auto_save_interval INTEGER DEFAULT 300,
  auto_backup_enabled INTEGER DEFAULT 1,
  backup_interval_hours INTEGER DEFAULT 24,
  max_backups INTEGER DEFAULT 30,
  theme TEXT,
  language TEXT,
  show_tooltips INTEGER DEFAULT 1,
  custom_preferences TEXT,
  updated_at TEXT NOT NULL
);
`
}

export const liveSchema = kinds.map((kind) => liveSchemaOf[kind]).join("")

/**
 * Our own tables.
 *
 * - `command.last_position` is -1 while a command is being written, and only inside its own transaction: that keeps
 *   the capture triggers quiet during our own writes (0 when the app has triggers, which may write too).
 * - Blocks with numbers from 2^40 on are loose: one object each, to be sealed together later. Those from 2^39 are
 *   dense; those below were packed quickly, to be packed again.
 * - `library_info.counted_sealed` and `counted_loose` are the last quick and loose blocks that a backup counted as its
 *   new bytes. No number up to them is used again.
 * - `damaged_object` has what was found damaged or missing, and where it lay. An object is there or in `object`, not in
 *   both: so whoever brings its bytes stores them again.
 * - `profile.definition` is JSON that the scheduler reads; `run.ended_at` is missing while a run lasts, or when its
 *   process ended before it did.
 * - `vault` has the other places of the library, and how far this file's line went there: a copy of the file, which has
 *   another epoch, begins a line of its own.
 * - `external_changes` has no constraint but its integer key: a conflict clause of the app's statement would
 *   override a trigger's, and our bookkeeping would make the app's write fail.
 */
export const ownSchema = `
CREATE TABLE library_info (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  library_id TEXT NOT NULL,
  min_reader INTEGER NOT NULL,
  min_writer INTEGER NOT NULL,
  epoch BLOB NOT NULL,
  file_identity TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  tree_root BLOB NOT NULL,
  tree_position INTEGER NOT NULL,
  counted_sealed INTEGER NOT NULL DEFAULT 0,
  counted_loose INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE TABLE migration (
  version INTEGER PRIMARY KEY,
  applied_at INTEGER NOT NULL
);
CREATE TABLE command (
  number INTEGER PRIMARY KEY,
  command_id TEXT NOT NULL,
  request_hash BLOB,
  actor TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  first_position INTEGER NOT NULL,
  last_position INTEGER NOT NULL
);
CREATE UNIQUE INDEX command_repeatable ON command(command_id) WHERE request_hash IS NOT NULL;
CREATE TABLE event_log (
  position INTEGER PRIMARY KEY,
  command INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  entity_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  schema INTEGER NOT NULL,
  payload BLOB NOT NULL,
  chain_hash BLOB NOT NULL
);
CREATE INDEX event_log_entity ON event_log(subject, entity_id, position);
CREATE TABLE block (
  number INTEGER PRIMARY KEY,
  raw_bytes INTEGER NOT NULL,
  data BLOB NOT NULL
);
CREATE TABLE object (
  hash BLOB PRIMARY KEY,
  block INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE damaged_object (
  hash BLOB PRIMARY KEY,
  block INTEGER,
  offset INTEGER,
  length INTEGER,
  reason TEXT NOT NULL,
  found_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE backup_catalog (
  number INTEGER PRIMARY KEY,
  backup_id TEXT NOT NULL UNIQUE,
  taken_at INTEGER NOT NULL,
  description TEXT NOT NULL,
  tags TEXT NOT NULL,
  pinned INTEGER NOT NULL,
  trigger TEXT NOT NULL,
  profile TEXT NOT NULL,
  version TEXT NOT NULL,
  position INTEGER NOT NULL,
  root BLOB NOT NULL,
  songs INTEGER NOT NULL,
  performances INTEGER NOT NULL,
  preferences INTEGER NOT NULL,
  size INTEGER NOT NULL,
  new_bytes INTEGER NOT NULL,
  origin TEXT,
  forgotten_at INTEGER,
  expiry_noted_at INTEGER
);
CREATE TABLE external_changes (
  seq INTEGER PRIMARY KEY,
  kind INTEGER,
  id
);
CREATE TABLE check_result (
  level TEXT PRIMARY KEY,
  checked_at INTEGER NOT NULL,
  position INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  objects INTEGER NOT NULL,
  bytes INTEGER NOT NULL
);
CREATE TABLE profile (
  name TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  changed_at INTEGER NOT NULL
);
CREATE TABLE run (
  number INTEGER PRIMARY KEY,
  profile TEXT NOT NULL,
  activity TEXT NOT NULL,
  place TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  backup_id TEXT,
  detail TEXT
);
CREATE INDEX run_profile ON run(profile, activity, place, number);
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  token INTEGER NOT NULL,
  taken_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE TABLE vault (
  name TEXT PRIMARY KEY,
  place TEXT NOT NULL,
  vault_id TEXT NOT NULL,
  line TEXT NOT NULL,
  epoch BLOB NOT NULL,
  position INTEGER NOT NULL,
  chain_hash BLOB NOT NULL,
  pushed_at INTEGER NOT NULL
);
`

/** SQL that is true while no command is being written, or triggers of the app must be heard: see `ownSchema`. */
export const noCommandOpen = "(SELECT last_position FROM command ORDER BY number DESC LIMIT 1) IS NOT -1"

/**
 * Rows of the app's own `backups` that could not be taken over, by their key; made when there is the first one. They
 * stay where they are, byte for byte.
 */
export const setAsideSchema = "CREATE TABLE set_aside (backup_id, reason TEXT NOT NULL)"

/** What was settled for one library, such as its time zone; made when there is the first one. */
export const settingSchema = "CREATE TABLE library_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)"

/**
 * What is known of the folders that copies go to; made when there is the first one. `elsewhere`: it lay on another disk than
 * the library. `held`: a copy was written there.
 */
export const placeSchema =
  "CREATE TABLE library_place (path TEXT PRIMARY KEY, elsewhere INTEGER NOT NULL, held INTEGER NOT NULL)"

/**
 * What is remembered of the upkeep of a vault; made when there is the first one. `file`: the last that is known to be there ·
 * `missed_at`: a listing lacked it, and it was not there · `rolled_back_at`: nor was it later · `devices`: which others had
 * something that was not here, when it was last looked for · `profiles`: a hash of those that were sent · `policy`: the
 * number of the newest that was seen there.
 */
export const vaultUpkeepSchema = `CREATE TABLE vault_upkeep (vault_id TEXT PRIMARY KEY, file TEXT NOT NULL DEFAULT '',
  missed_at INTEGER, rolled_back_at INTEGER, reclaimed_at INTEGER, devices TEXT, looked_at INTEGER, profiles TEXT, policy INTEGER)`

const namesIn = (sql: string, what: RegExp): ReadonlyArray<string> =>
  [...sql.matchAll(what)].flatMap(([, name]) => (name === undefined ? [] : [name]))

export const ownTables: ReadonlySet<string> = new Set(
  namesIn(
    `${ownSchema}${setAsideSchema};${settingSchema};${placeSchema};${vaultUpkeepSchema}`,
    /CREATE TABLE (\w+)/g
  )
)

/** Every name that must be free in a database that becomes a library. */
export const ownNames: ReadonlySet<string> = new Set([
  ...ownTables,
  ...namesIn(ownSchema, /CREATE (?:UNIQUE )?INDEX (\w+)/g)
])

export const liveTableNames: ReadonlySet<string> = new Set(kinds.map((kind) => liveTables[kind].table))

export const hasTable = (db: Database, name: string): boolean =>
  db.row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name) !== undefined
