import { createHash } from "node:crypto"
import { utf8 } from "../../src/codec/Bytes.js"
import { type PerformanceOfFile, readPerformanceFile } from "../../src/song-file/PerformanceFile.js"
import { type ReadFileOptions, readSongFile, type SongOfFile } from "../../src/song-file/SongFile.js"

export const now = new Date("2026-11-22T14:30:05.000Z")

export const options: ReadFileOptions = {
  now,
  hash: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest())
}

/** The UTF-8 bytes of a text, or of the JSON of anything else. */
export const file = (content: unknown): Uint8Array =>
  utf8(typeof content === "string" ? content : JSON.stringify(content))

export const song = (content: unknown, fileName = "a.json"): SongOfFile => readSong(content, fileName).song

export const readSong = (content: unknown, fileName = "a.json") => {
  const read = readSongFile(file(content), fileName, options)
  if (read._tag === "Rejected") throw new Error(`rejected: ${read.reason}`)
  return read
}

export const performance = (content: unknown): PerformanceOfFile => readPerformance(content).performance

export const readPerformance = (content: unknown) => {
  const read = readPerformanceFile(file(content), "a.json", options)
  if (read._tag === "Rejected") throw new Error(`rejected: ${read.reason}`)
  return read
}

/** The reason that a song file is rejected with. */
export const songRejection = (content: unknown | Uint8Array, maxBytes?: number): string => {
  const bytes = content instanceof Uint8Array ? content : file(content)
  const read = readSongFile(bytes, "a.json", maxBytes === undefined ? options : { ...options, maxBytes })
  return read._tag === "Rejected" ? read.reason : `taken as ${read.song.name}`
}

export const demoSong = {
  id: "starter_900",
  name: "Paper Lanterns",
  category: "starter",
  difficulty: "beginner",
  duration_seconds: 75,
  description: "Two pulses that meet",
  composer: "White Room Samples",
  date_added: "2026-01-16",
  session_model: { tempo: 96, time_signature: [3, 4] }
}

export const oldModel = {
  version: "1.0",
  id: "model-7",
  createdAt: 1_768_554_000_000,
  metadata: { title: "Glass Ferry", composer: "M. Adeyemi", key: "D minor", genre: "ambient", tempo: 72 },
  sections: [],
  determinismSeed: "seed-7"
}

export const songRow = {
  id: "row-1",
  name: "Row",
  composer: null,
  description: null,
  genre: null,
  duration: null,
  key: null,
  created_at: "2026-01-16 09:00:00.000",
  updated_at: "2026-01-27 09:00:00.250",
  song_data_json: '{"tempo":1}',
  determinism_seed: "seed-1",
  custom_metadata: '{"mood":"calm"}'
}
