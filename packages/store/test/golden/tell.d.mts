import type Sqlite from "better-sqlite3"
import type * as Effect from "effect/Effect"
import type { Library, WhiteRoomError } from "../../src/index.js"

/** Table to rows in the order of their keys, to cells by column: text as it is, all else with its class. */
export type LiveRows = Readonly<Record<string, ReadonlyArray<Readonly<Record<string, unknown>>>>>

/** What stands in the live tables, to the byte, as any SQLite program reads it. */
export declare const liveRows: (db: Sqlite.Database) => LiveRows

/** What a library tells of its past, as JSON holds it. */
export interface Told {
  /** One line per event: position, type, schema version, entity, version, who, when, command and chain hash. */
  readonly events: ReadonlyArray<string>
  readonly history: ReadonlyArray<{
    readonly kind: string
    readonly id: string
    readonly versions: ReadonlyArray<string>
  }>
  readonly backups: ReadonlyArray<{ readonly number: number; readonly trigger: string }>
  readonly trash: ReadonlyArray<{ readonly number: number; readonly trigger: string }>
  readonly operations: ReadonlyArray<unknown>
}

export declare const tellAll: (library: Library) => Effect.Effect<Told, WhiteRoomError>
