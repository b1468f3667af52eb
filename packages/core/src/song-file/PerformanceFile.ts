/**
 * Reads the files that `performance import` takes: Performance objects of Node (camelCase, ISO 8601 times), of iOS
 * (snake_case, times in seconds since 2001) and table rows (snake_case, `tags` as JSON text, `is_favorite` 0 or 1).
 * Any other JSON object with a name and a song id is itself the content, byte for byte.
 */

import { type Rejected, readJsonObject, rejected } from "../document/JsonText.js"
import type { PerformanceInput } from "../model/Performance.js"
import { derivedId, FieldReader, isStorable } from "./FieldReader.js"
import { readName } from "./readName.js"
import type { ReadFileOptions } from "./SongFile.js"

/** A performance as a file describes it; its `duration` is 0 where the file says none. */
export type PerformanceOfFile = Required<Omit<PerformanceInput, "description">> &
  Pick<PerformanceInput, "description">

/** `warnings` names every field that was there but could not be used, as it should be told to the user. */
export type PerformanceFile =
  | {
      readonly _tag: "Performance"
      readonly performance: PerformanceOfFile
      readonly warnings: ReadonlyArray<string>
      /** What was in the file and was not read. */
      readonly notRead: ReadonlyArray<string>
    }
  | Rejected

const knownFields: ReadonlySet<string> = new Set(
  `id name songId song_id description duration performanceDataJSON performance_data_json
  createdAt created_at updatedAt updated_at isFavorite is_favorite tags`.split(/\s+/)
)

/**
 * Reads one performance file by the rules of `readSongFile`. Never throws: what cannot be a performance, or does
 * not say of which song, is `Rejected` with a reason.
 */
export const readPerformanceFile = (
  bytes: Uint8Array,
  fileName: string,
  options: ReadFileOptions
): PerformanceFile => {
  const file = readJsonObject(bytes, options.maxBytes)
  if (file._tag === "Rejected") return file
  const fields = new FieldReader(file.object)
  const own = fields.raw("performanceDataJSON", "performance_data_json")
  if (own === undefined && fields.raw("songDataJSON", "song_data_json") !== undefined) {
    return rejected("it is a song, not a performance")
  }
  if (own !== undefined && !isStorable(own)) {
    return rejected(
      "its performanceDataJSON holds a NUL or half a surrogate pair and could not be kept as it is"
    )
  }
  const name = readName(fields, fileName, own !== undefined)
  if (typeof name !== "string") return name
  const songId = fields.id("songId", "song_id")
  if (songId === undefined) return rejected("it does not say which song it is of (songId)")
  const description = fields.text("description")
  const createdAt = fields.time("createdAt", "created_at") ?? options.now
  if (own !== undefined) fields.warnOfOthers(knownFields, "performance")
  const performance: PerformanceOfFile = {
    id: fields.id("id") ?? derivedId(bytes, options.hash),
    name,
    songId,
    ...(description !== undefined && { description }),
    duration: fields.amount("duration", "duration_seconds") ?? 0,
    performanceDataJSON: own ?? file.text,
    createdAt,
    updatedAt: fields.time("updatedAt", "updated_at") ?? createdAt,
    isFavorite: fields.flag("isFavorite", "is_favorite") ?? false,
    tags: fields.textList("tags") ?? []
  }
  return { _tag: "Performance", performance, warnings: fields.warnings, notRead: file.notRead }
}
