/** What a file is, by what it holds; its name does not matter. */
import { existsSync, statSync } from "node:fs"
import { bounds, type JsonForm, type Kind, keysOfJson } from "@white-room/core"
import { isAge } from "../age/Age.js"
import { fileChunks, headOfFile, untilNul } from "../file/FileChunks.js"

export type Recognised =
  | { readonly _tag: "Age" }
  | { readonly _tag: "Bundle" }
  | { readonly _tag: "Database" }
  /** An exchange file of either family. */
  | { readonly _tag: "Exchange" }
  /** One song, performance or preferences record; anything else that is JSON is looked at as a song. */
  | { readonly _tag: "Entity"; readonly kind: Kind; readonly keys: ReadonlyMap<string, JsonForm> }
  | { readonly _tag: "Other"; readonly reason: string }

/** The first bytes of files that people try to import, and what to do about each. */
const others: ReadonlyArray<readonly [begins: string, reason: string]> = [
  ["\u001f\u008b", "it is compressed with gzip; unpack it first"],
  ["PK\u0003\u0004", "it is a zip archive; unpack it first"],
  ["7z\u00bc\u00af", "it is a 7-Zip archive; unpack it first"],
  ["BZh", "it is compressed with bzip2; unpack it first"],
  ["\u00fd7zXZ", "it is compressed with xz; unpack it first"],
  ["(\u00b5/\u00fd", "it is compressed with zstd; unpack it first"],
  ["MThd", "it is a MIDI file, not a song of White Room"],
  ["RIFF", "it is a sound file, not a song of White Room"],
  ["ID3", "it is a sound file, not a song of White Room"],
  ["fLaC", "it is a sound file, not a song of White Room"],
  ["OggS", "it is a sound file, not a song of White Room"],
  ["%PDF", "it is a PDF"],
  ["\u0089PNG", "it is a picture"],
  ["\u00ff\u00d8\u00ff", "it is a picture"]
]

const databaseMagic = "SQLite format 3\u0000"
const bundleMagic = "WRBUNDLE"

/**
 * True for a database that some program, perhaps this one, has open: it is not read but by SQLite, because closing a
 * file drops the locks that this process has on it (POSIX). Without WAL such locks last no longer than a transaction.
 */
const isOpenDatabase = (path: string): boolean => existsSync(`${path}-wal`)

/** True for a file that is known by its first bytes, whatever its name. */
export const isKnownByHead = (path: string): boolean => {
  if (isOpenDatabase(path)) return true
  const head = headOfFile(path)
  const text = Buffer.from(head).toString("latin1")
  return text.startsWith(databaseMagic) || text.startsWith(bundleMagic) || isAge(head)
}

const has = (keys: ReadonlyMap<string, JsonForm>, ...names: ReadonlyArray<string>): boolean =>
  names.some((name) => keys.has(name))

/** The three of an exchange file; a song of its own may well have one of them. */
const isExchange = (keys: ReadonlyMap<string, JsonForm>): boolean => {
  if (has(keys, "songDataJSON", "song_data_json", "session_model")) return false
  const parts = ["songs", "performances", "preferences"].filter((name) => {
    const form = keys.get(name)
    return form === "text" || form === "list" || (form === "object" && name === "preferences")
  })
  return (
    parts.length > 1 || (parts.length === 1 && (has(keys, "version") || keys.get(parts[0] ?? "") === "text"))
  )
}

const kindOf = (keys: ReadonlyMap<string, JsonForm>): Kind => {
  if (has(keys, "songDataJSON", "song_data_json", "session_model")) return "song"
  if (has(keys, "performanceDataJSON", "performance_data_json")) return "performance"
  if (has(keys, "songId", "song_id")) return "performance"
  const isPreferences =
    has(keys, "defaultSampleRate", "default_sample_rate", "autoSaveEnabled", "auto_save_enabled") &&
    has(keys, "userId", "user_id")
  return isPreferences ? "preferences" : "song"
}

/** Recognises a regular file. */
export const recognise = (path: string): Recognised => {
  if (isOpenDatabase(path)) return { _tag: "Database" }
  const head = headOfFile(path)
  const text = Buffer.from(head).toString("latin1")
  if (head.length === 0) return { _tag: "Other", reason: "it is empty" }
  if (text.startsWith(databaseMagic)) return { _tag: "Database" }
  if (text.startsWith(bundleMagic)) return { _tag: "Bundle" }
  if (isAge(head)) return { _tag: "Age" }
  const other = others.find(([begins]) => text.startsWith(begins))
  if (other !== undefined) return { _tag: "Other", reason: other[1] }
  if (statSync(path).size > bounds.exchangeFileBytes)
    return { _tag: "Other", reason: `it is larger than ${bounds.exchangeFileBytes / 1024 ** 3} GB` }
  const keys = keysOfJson(untilNul(fileChunks(path)))
  return isExchange(keys) ? { _tag: "Exchange" } : { _tag: "Entity", kind: kindOf(keys), keys }
}
