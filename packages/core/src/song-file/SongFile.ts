/**
 * Reads the files that `song import` takes. Four forms, told apart by what they hold:
 * - a Song object or row: `songDataJSON` or `song_data_json` is a text. It keeps its own content.
 * - an old song model: `{metadata: {title, …}, …}`
 * - a demo song: `{id, name, composer, category, duration_seconds, date_added, session_model, …}`
 * - any other JSON object with a name or title.
 * Of the last three the file itself is the content, byte for byte, and the metadata is read from it.
 */

import { type Rejected, readJsonObject, rejected } from "../document/JsonText.js"
import type { SongInput } from "../model/Song.js"
import { derivedId, FieldReader, isStorable } from "./FieldReader.js"
import { readName } from "./readName.js"

/** A song as a file describes it: its times are always known. */
export type SongOfFile = SongInput & Required<Pick<SongInput, "createdAt" | "updatedAt">>

/** `warnings` names every field that was there but could not be used, as it should be told to the user. */
export type SongFile =
  | {
      readonly _tag: "Song"
      readonly song: SongOfFile
      readonly warnings: ReadonlyArray<string>
      /** What was in the file and was not read. */
      readonly notRead: ReadonlyArray<string>
    }
  | Rejected

export interface ReadFileOptions {
  /** The time of a file that says none: the time of the import, or better that of the file's last change. */
  readonly now: Date
  /** Names the files that have no id, see `derivedId`: SHA-256. */
  readonly hash: (bytes: Uint8Array) => Uint8Array
  /** Larger files are rejected unread; 64 MiB unless given. */
  readonly maxBytes?: number | undefined
}

const knownFields: ReadonlySet<string> = new Set(
  `id name composer description genre duration key createdAt created_at updatedAt updated_at
  songDataJSON song_data_json determinismSeed determinism_seed customMetadata custom_metadata`.split(/\s+/)
)

/**
 * Reads one song file. Never throws: what cannot be a song is `Rejected` with a reason.
 *
 * - The id is the file's own, else derived from its bytes. An id that is blank, over 1,024 bytes, or holds control
 *   characters or half a surrogate pair is none.
 * - A song without a name is called after its file; any other object without one, and a name over 4,096 bytes, is
 *   rejected.
 * - `updatedAt` is `createdAt` where the file says none, so that importing it again changes nothing.
 * - The seed is the file's own, else the id.
 * - Half surrogate pairs and NUL in metadata become U+FFFD. In the `songDataJSON` of a Song object they are a
 *   reason to reject it: it could not be kept as it is.
 */
export const readSongFile = (bytes: Uint8Array, fileName: string, options: ReadFileOptions): SongFile => {
  const file = readJsonObject(bytes, options.maxBytes)
  if (file._tag === "Rejected") return file
  const fields = new FieldReader(file.object)
  const own = fields.raw("songDataJSON", "song_data_json")
  if (own === undefined) {
    if (fields.raw("performanceDataJSON", "performance_data_json") !== undefined) {
      return rejected("it is a performance, not a song")
    }
    if (fields.raw("songs") !== undefined && fields.raw("performances") !== undefined)
      return rejected("it is an export of a whole library, not a song")
  } else if (!isStorable(own)) {
    return rejected("its songDataJSON holds a NUL or half a surrogate pair and could not be kept as it is")
  }
  const name = readName(fields, fileName, own !== undefined || fields.hasObject("session_model"))
  if (typeof name !== "string") return name
  const id = fields.id("id", "metadata.id") ?? derivedId(bytes, options.hash)
  if (own !== undefined) fields.warnOfOthers(knownFields, "song")
  const song = { id, name, ...readMetadata(fields, id, options.now), songDataJSON: own ?? file.text }
  return { _tag: "Song", song, warnings: fields.warnings, notRead: file.notRead }
}

const readMetadata = (
  fields: FieldReader,
  id: string,
  now: Date
): Omit<SongOfFile, "id" | "name" | "songDataJSON"> => {
  const composer = fields.text("composer", "metadata.composer", "artist", "metadata.artist")
  const description = fields.text("description", "metadata.description")
  const genre = fields.text("genre", "metadata.genre", "category", "metadata.category")
  const duration = fields.amount("duration", "duration_seconds", "metadata.duration")
  const key = fields.text("key", "metadata.key")
  const customMetadata = fields.textMap("customMetadata", "custom_metadata")
  const createdAt =
    fields.time("createdAt", "created_at", "date_added", "metadata.createdAt", "metadata.created_at") ?? now
  return {
    ...(composer !== undefined && { composer }),
    ...(description !== undefined && { description }),
    ...(genre !== undefined && { genre }),
    ...(duration !== undefined && { duration }),
    ...(key !== undefined && { key }),
    createdAt,
    updatedAt:
      fields.time("updatedAt", "updated_at", "metadata.updatedAt", "metadata.updated_at") ?? createdAt,
    determinismSeed: fields.seed("determinismSeed", "determinism_seed", "seed", "metadata.seed") ?? id,
    ...(customMetadata !== undefined && { customMetadata })
  }
}
