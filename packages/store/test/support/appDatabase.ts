/** Databases as the apps of Phase 5 left them behind, from Node and from iOS: live rows and the app's own backups. */
import Sqlite from "better-sqlite3"
import { phase5Backups, phase5Schema } from "./phase5.js"

export type Family = "node" | "ios"
export const families: ReadonlyArray<Family> = ["node", "ios"]

/** A moment as the rows of the family spell it. */
const spelled = (family: Family, iso: string): string =>
  family === "node" ? iso : iso.replace("T", " ").replace("Z", "")

/** A moment as the JSON of the family has it: the iOS app counts seconds from 2001. */
const inJson = (family: Family, iso: string): string | number =>
  family === "node" ? iso : (Date.parse(iso) - Date.UTC(2001, 0, 1)) / 1000

const created = "2026-01-16T09:00:00.000Z"
const updated = "2026-01-27T09:30:15.250Z"

interface AppSong {
  readonly id: string
  readonly name: string
  readonly duration: number | null
  readonly document: string
  readonly metadata: string | null
}

const document = (text: string): string => JSON.stringify({ text, notes: text.repeat(90) })

export const appSongs: ReadonlyArray<AppSong> = [
  { id: "s1", name: "Night Drive", duration: 180, document: document("drive"), metadata: '{"mood":"late"}' },
  { id: "s2", name: "Café ☕ 𝄞", duration: 12.5, document: '{ "odd" :  "spacing\\u00e9" }', metadata: null },
  { id: "s3", name: "", duration: null, document: "", metadata: "{}" }
]

const songJson = (family: Family, song: AppSong) => ({
  id: song.id,
  name: song.name,
  composer: null,
  description: null,
  genre: "drone",
  duration: song.duration,
  key: null,
  createdAt: inJson(family, created),
  updatedAt: inJson(family, updated),
  songDataJSON: song.document,
  determinismSeed: `seed-${song.id}`,
  customMetadata: song.metadata === null ? null : JSON.parse(song.metadata)
})

const performanceJson = (family: Family) =>
  family === "node"
    ? {
        id: "p1",
        name: "Live",
        songId: "s1",
        description: null,
        duration: 61.5,
        performanceDataJSON: document("live"),
        createdAt: created,
        updatedAt: updated,
        isFavorite: true,
        tags: ["tour"]
      }
    : {
        id: "p1",
        name: "Live",
        song_id: "s1",
        description: null,
        duration: 61.5,
        performance_data_json: document("live"),
        created_at: inJson(family, created),
        updated_at: inJson(family, updated),
        is_favorite: true,
        tags: ["tour"]
      }

const preferencesJson = (family: Family) =>
  family === "node"
    ? { userId: "default", maxBackups: 30, showTooltips: true, customPreferences: {}, updatedAt: updated }
    : {
        user_id: "default",
        max_backups: 30,
        show_tooltips: true,
        custom_preferences: {},
        updated_at: inJson(family, updated)
      }

/** A row of `backups` as the app writes it, holding these songs and, unless told otherwise, the performance. */
export interface OldBackup {
  readonly id: string
  readonly time: string
  readonly description?: string
  readonly songs?: ReadonlyArray<AppSong>
  readonly parts?: Readonly<Record<"songs" | "performances" | "preferences", unknown>>
}

export const addBackup = (app: Sqlite.Database, family: Family, backup: OldBackup): void => {
  const parts = backup.parts ?? {
    songs: JSON.stringify((backup.songs ?? appSongs).map((song) => songJson(family, song))),
    performances: JSON.stringify([performanceJson(family)]),
    preferences: JSON.stringify(preferencesJson(family))
  }
  app
    .prepare(
      `INSERT OR REPLACE INTO backups(id, timestamp, description, songs_json, performances_json, preferences_json, size, version)
       VALUES(?, ?, ?, ?, ?, ?, 1000, '1.0.0')`
    )
    .run(
      backup.id,
      spelled(family, backup.time),
      backup.description ?? `about ${backup.id}`,
      parts.songs,
      parts.performances,
      parts.preferences
    )
}

/** The first backup misses a song and has another version of one; the second is how it is now. */
const oldBackups: ReadonlyArray<OldBackup> = [
  { id: "backup-two", time: "2026-02-02T10:00:00.000Z" },
  {
    id: "backup-one",
    time: "2026-02-01T10:00:00.500Z",
    songs: appSongs.slice(0, 2).map((song) => ({ ...song, document: `${song.document} ` }))
  }
]

/** What another program does with the file, on a connection without any of our settings. */
export const asApp = <A>(path: string, body: (app: Sqlite.Database) => A): A => {
  const app = new Sqlite(path, { timeout: 5000 })
  try {
    return body(app)
  } finally {
    app.close()
  }
}

/** A whole database of the family at `path`, closed. */
export const makeAppDatabase = (path: string, family: Family = "node"): string =>
  asApp(path, (app) => {
    app.exec(phase5Schema + phase5Backups)
    const song = app.prepare(
      "INSERT INTO song_data VALUES(?, ?, NULL, NULL, 'drone', ?, NULL, ?, ?, ?, ?, ?)"
    )
    const [from, to] = [spelled(family, created), spelled(family, updated)]
    for (const { id, name, duration, document: content, metadata } of appSongs)
      song.run(id, name, duration, from, to, content, `seed-${id}`, metadata)
    app
      .prepare(
        "INSERT INTO performance_data VALUES('p1', 'Live', 's1', NULL, 61.5, ?, ?, ?, 1, '[\"tour\"]')"
      )
      .run(document("live"), from, to)
    app
      .prepare(
        `INSERT INTO user_preferences(user_id, auto_save_enabled, auto_save_interval, auto_backup_enabled,
           backup_interval_hours, max_backups, show_tooltips, custom_preferences, updated_at)
         VALUES('default', NULL, NULL, NULL, NULL, 30, 1, '{}', ?)`
      )
      .run(to)
    for (const backup of oldBackups) addBackup(app, family, backup)
    return path
  })

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Every table of the app: how it was declared, and class and bytes of every cell of every row. Equal texts, equal files. */
export const appContent = (path: string): string => {
  const db = new Sqlite(path, { readonly: true })
  try {
    const tables = db
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('table', 'index')
           AND tbl_name IN ('song_data', 'performance_data', 'user_preferences', 'backups', 'markers') ORDER BY type, name`
      )
      .all()
    return tables
      .map(({ name, sql }) => {
        const columns = db.pragma(`table_info("${name}")`) as ReadonlyArray<{ readonly name: string }>
        if (columns.length === 0 || !sql.startsWith("CREATE TABLE")) return sql
        const cells = columns.map(
          ({ name: column }) => `typeof(${quoted(column)}) || ':' || quote(CAST(${quoted(column)} AS BLOB))`
        )
        const rows = db
          .prepare(`SELECT ${cells.join(" || ' ' || ")} FROM "${name}" ORDER BY rowid`)
          .pluck()
          .all()
        return [sql, ...rows].join("\n")
      })
      .join("\n")
  } finally {
    db.close()
  }
}
