/** A song as Phase 5 knows it, and how it lives in a row of `song_data`. */
import * as Schema from "effect/Schema"
import type { Cell, Row } from "./Entity.js"
import {
  buildRow,
  checkId,
  createdAtOf,
  isTextRecord,
  jsonField,
  present,
  realField,
  textField,
  timeField
} from "./FieldCodec.js"
import { Time, unknownTime } from "./Time.js"

/** The id of a song: any text but the empty one. */
export const SongId = Schema.NonEmptyString.pipe(Schema.brand("SongId"))
export type SongId = typeof SongId.Type

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/**
 * A song. `songDataJSON` is an opaque document that is kept byte for byte. `duration` is in seconds. In JSON,
 * times are RFC 3339; a stored time that cannot be read is an invalid Date (JSON `null`).
 */
export const Song = Schema.Struct({
  id: SongId,
  name: Schema.String,
  composer: optional(Schema.String),
  description: optional(Schema.String),
  genre: optional(Schema.String),
  duration: optional(Schema.Finite),
  key: optional(Schema.String),
  createdAt: Time,
  updatedAt: Time,
  songDataJSON: Schema.String,
  determinismSeed: Schema.String,
  customMetadata: optional(Schema.Record({ key: Schema.String, value: Schema.String }))
})
export type Song = typeof Song.Type

/** What is needed to save a song. Times default to the moment of saving; the id need not carry its brand yet. */
export interface SongInput {
  readonly id: string
  readonly name: string
  readonly composer?: string
  readonly description?: string
  readonly genre?: string
  readonly duration?: number
  readonly key?: string
  readonly createdAt?: Date
  readonly updatedAt?: Date
  readonly songDataJSON: string
  readonly determinismSeed: string
  readonly customMetadata?: Readonly<Record<string, string>>
}

const metadata = jsonField(isTextRecord)

/**
 * The row of a song. Columns of `current` (the row as it is) that the model does not know, or whose meaning is
 * unchanged, keep their bytes. @throws InvalidInput
 */
export const rowOfSong = (song: SongInput, now: Date, current?: Row): Row =>
  buildRow(current, (set) => {
    set(textField, "id", "id", checkId(song.id, "id"))
    set(textField, "name", "name", song.name, "")
    set(textField, "composer", "composer", song.composer)
    set(textField, "description", "description", song.description)
    set(textField, "genre", "genre", song.genre)
    set(realField, "duration", "duration", song.duration)
    set(textField, "key", "key", song.key)
    set(timeField, "createdAt", "created_at", song.createdAt ?? createdAtOf(current) ?? now, unknownTime())
    set(timeField, "updatedAt", "updated_at", song.updatedAt ?? now, unknownTime())
    set(textField, "songDataJSON", "song_data_json", song.songDataJSON, "")
    set(textField, "determinismSeed", "determinism_seed", song.determinismSeed, "")
    set(metadata, "customMetadata", "custom_metadata", song.customMetadata)
  })

/** The song of a row; never fails, whatever an app wrote. */
export const songOfRow = (id: string, row: Row): Song => {
  const get = (column: string): Cell => row.get(column) ?? null
  return {
    id: SongId.make(id, { disableValidation: true }),
    name: textField.decode(get("name")) ?? "",
    ...present("composer", textField.decode(get("composer"))),
    ...present("description", textField.decode(get("description"))),
    ...present("genre", textField.decode(get("genre"))),
    ...present("duration", realField.decode(get("duration"))),
    ...present("key", textField.decode(get("key"))),
    createdAt: timeField.decode(get("created_at")) ?? unknownTime(),
    updatedAt: timeField.decode(get("updated_at")) ?? unknownTime(),
    songDataJSON: textField.decode(get("song_data_json")) ?? "",
    determinismSeed: textField.decode(get("determinism_seed")) ?? "",
    ...present("customMetadata", metadata.decode(get("custom_metadata")))
  }
}
