/** A performance as Phase 5 knows it, and how it lives in a row of `performance_data`. */
import * as Schema from "effect/Schema"
import type { Cell, Row } from "./Entity.js"
import {
  buildRow,
  checkId,
  createdAtOf,
  flagField,
  isTexts,
  jsonField,
  present,
  realField,
  textField,
  timeField
} from "./FieldCodec.js"
import { SongId } from "./Song.js"
import { Time, unknownTime } from "./Time.js"

/** The id of a performance: any text but the empty one. */
export const PerformanceId = Schema.NonEmptyString.pipe(Schema.brand("PerformanceId"))
export type PerformanceId = typeof PerformanceId.Type

/** A performance of a song. `performanceDataJSON` is opaque and kept byte for byte. `duration` is in seconds. */
export const Performance = Schema.Struct({
  id: PerformanceId,
  name: Schema.String,
  songId: SongId,
  description: Schema.optionalWith(Schema.String, { exact: true }),
  duration: Schema.Finite,
  performanceDataJSON: Schema.String,
  createdAt: Time,
  updatedAt: Time,
  isFavorite: Schema.Boolean,
  tags: Schema.Array(Schema.String)
})
export type Performance = typeof Performance.Type

/** What is needed to save a performance. Times default to the moment of saving, flags to false, tags to none. */
export interface PerformanceInput {
  readonly id: string
  readonly name: string
  readonly songId: string
  readonly description?: string
  readonly duration: number
  readonly performanceDataJSON: string
  readonly createdAt?: Date
  readonly updatedAt?: Date
  readonly isFavorite?: boolean
  readonly tags?: ReadonlyArray<string>
}

const tagsField = jsonField(isTexts)

/** The row of a performance; see `rowOfSong` for what is kept of `current`. @throws InvalidInput */
export const rowOfPerformance = (performance: PerformanceInput, now: Date, current?: Row): Row =>
  buildRow(current, (set) => {
    const createdAt = performance.createdAt ?? createdAtOf(current) ?? now
    set(textField, "id", "id", checkId(performance.id, "id"))
    set(textField, "name", "name", performance.name, "")
    set(textField, "songId", "song_id", performance.songId, "")
    set(textField, "description", "description", performance.description)
    set(realField, "duration", "duration", performance.duration, 0)
    set(textField, "performanceDataJSON", "performance_data_json", performance.performanceDataJSON, "")
    set(timeField, "createdAt", "created_at", createdAt, unknownTime())
    set(timeField, "updatedAt", "updated_at", performance.updatedAt ?? now, unknownTime())
    set(flagField, "isFavorite", "is_favorite", performance.isFavorite ?? false, false)
    set(tagsField, "tags", "tags", performance.tags ?? [], [])
  })

/** The performance of a row; never fails, whatever an app wrote. */
export const performanceOfRow = (id: string, row: Row): Performance => {
  const get = (column: string): Cell => row.get(column) ?? null
  return {
    id: PerformanceId.make(id, { disableValidation: true }),
    name: textField.decode(get("name")) ?? "",
    songId: SongId.make(textField.decode(get("song_id")) ?? "", { disableValidation: true }),
    ...present("description", textField.decode(get("description"))),
    duration: realField.decode(get("duration")) ?? 0,
    performanceDataJSON: textField.decode(get("performance_data_json")) ?? "",
    createdAt: timeField.decode(get("created_at")) ?? unknownTime(),
    updatedAt: timeField.decode(get("updated_at")) ?? unknownTime(),
    isFavorite: flagField.decode(get("is_favorite")) ?? false,
    tags: tagsField.decode(get("tags")) ?? []
  }
}
