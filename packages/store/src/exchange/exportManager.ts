/** `ExportManager` over one session. */
import * as fs from "node:fs"
import { homedir } from "node:os"
import * as path from "node:path"
import {
  type AvailableExport,
  backupVersion,
  ExchangeReader,
  type ExportFormat,
  type ExportManager,
  type ExportOptions,
  type ExportReport,
  type ImportedFiles,
  type ImportFilesOptions,
  InvalidInput,
  isExchange,
  type Kind,
  type RestoreSource,
  type WhiteRoomError
} from "@white-room/core"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { isAge } from "../age/Age.js"
import { fileChunks } from "../import/fileChunks.js"
import { openImport } from "../import/Import.js"
import { syncFolder } from "../library/durable.js"
import type { Session } from "../library/Session.js"
import { captureAll } from "../live/reconcile.js"
import { attempt, attemptAsync } from "../repository/runner.js"
import { resolveSource, type Source } from "../restore/source.js"
import { importedExtras, selectEntries } from "./exportedRows.js"
import { type ExportJob, type WrittenExport, writeEntity, writeFolder, writeJson } from "./exportJson.js"
import { targetError } from "./NewFile.js"

/** Writes one format to its target. */
type ExportWriter = (job: ExportJob, target: string) => Promise<WrittenExport>

/** One JSON file per entity; a target that ends in `.json` is the file of the one entity that was asked for. */
const writeFiles: ExportWriter = (job, target) =>
  /\.json(?:\.age)?$/i.test(target) && job.entries.length === 1
    ? writeEntity(job, target)
    : writeFolder(job, target)

const writers: ReadonlyMap<ExportFormat, ExportWriter> = new Map([
  ["json", writeJson],
  ["files", writeFiles]
])

const extensions: Readonly<Record<ExportFormat, string>> = { json: ".json", files: "", bundle: ".whiteroom" }

/** `whiteroom_backup_YYYY-MM-DD_HHMMSS.json`, in local time. */
export const exportFileName = (at: Date, format: ExportFormat = "json"): string => {
  const two = (part: number): string => String(part).padStart(2, "0")
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(two).join("-")
  return `whiteroom_backup_${day}_${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join("")}${extensions[format]}`
}

/** Where exports go unless a person says otherwise; not created here. */
export const defaultExportDirectory = (): string => {
  const documents = path.join(homedir(), "Documents")
  return path.join(fs.existsSync(documents) ? documents : homedir(), "White Room Exports")
}

const isFolder = (place: string): boolean => fs.existsSync(place) && fs.statSync(place).isDirectory()

/** A name in this folder that is free: two exports of one second get ` (2)`. */
const freeName = (folder: string, name: string): string => {
  const { name: stem, ext } = path.parse(name)
  for (let copy = 1; ; copy++) {
    const file = path.join(folder, copy === 1 ? name : `${stem} (${copy})${ext}`)
    if (!fs.existsSync(file)) return file
  }
}

/** The file or folder to write: that of the person, or one of the default name. */
const targetOf = (target: string | undefined, options: ExportOptions, now: number): string => {
  const format = options.format ?? "json"
  const sealed = options.lock !== undefined && format !== "files" ? ".age" : ""
  const name = `${exportFileName(new Date(now), format)}${sealed}`
  if (target === undefined) {
    const folder = defaultExportDirectory()
    if (options.dryRun !== true) fs.mkdirSync(folder, { recursive: true })
    return freeName(folder, name)
  }
  const place = path.resolve(target)
  return format !== "files" && isFolder(place) ? freeName(place, name) : place
}

const headOf = (source: Source, now: number): ExportJob["head"] => ({
  version: source.backup?.version ?? backupVersion,
  timestamp: source.backup?.timestamp ?? new Date(now),
  description: source.backup?.description ?? ""
})

/** Writes a state of the library to a file or folder. */
export const exportBackup = async (
  session: Session,
  reference: RestoreSource,
  target: string | undefined,
  options: ExportOptions,
  now: number,
  signal: AbortSignal
): Promise<ExportReport> => {
  const format = options.format ?? "json"
  const write = writers.get(format)
  if (write === undefined)
    throw new InvalidInput({
      field: "format",
      reason: `${format} is not one of ${[...writers.keys()].join(", ")}`
    })
  if (!session.readonly) captureAll(session, now)
  const { source, entries, extras } = session.db.snapshot(() => {
    const found = resolveSource(session, reference)
    const imported = found.backup?.trigger === "imported"
    return {
      source: found,
      entries: selectEntries(session, found, options, options.family ?? "node"),
      extras: imported ? new Map<string, never>() : importedExtras(session)
    }
  })
  const place = targetOf(target, options, now)
  if (fs.existsSync(place) && fs.realpathSync(place) === fs.realpathSync(session.path))
    throw new InvalidInput({ field: "target", reason: "the export would replace the library itself" })
  const job: ExportJob = { session, entries, extras, head: headOf(source, now), options, signal }
  const { written, ...result } = await write(job, place)
  return {
    path: place,
    format,
    source: source.label,
    songs: written.song,
    performances: written.performance,
    preferences: written.preferences,
    encrypted: options.lock !== undefined,
    ...result
  }
}

const bundleMagic = "WRBUNDLE"

/** What an export in a folder is; `undefined` for any other file. */
const recognise = (file: string): AvailableExport | undefined => {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile()) return undefined
  const [head = new Uint8Array()] = firstChunk(file)
  const name = path.basename(file)
  const facts = { path: file, name, bytes: stat.size, modifiedAt: stat.mtime }
  if (isAge(head)) {
    const inner = /\.(json|whiteroom)\.age$/i.exec(name)?.[1]?.toLowerCase()
    return inner === undefined
      ? undefined
      : { ...facts, format: inner === "json" ? "json" : "bundle", encrypted: true }
  }
  if (Buffer.from(head).toString("latin1").startsWith(bundleMagic))
    return { ...facts, format: "bundle", encrypted: false }
  if (!Buffer.from(head).toString("latin1").trimStart().startsWith("{") && head[0] !== 0xef) return undefined
  const reader = new ExchangeReader({ times: "iso" })
  for (const _ of reader.file(fileChunks(file))) break
  if (!isExchange(reader)) return undefined
  const { timestamp, description } = reader.head
  return {
    ...facts,
    format: "json",
    encrypted: false,
    ...(reader.seen.has("timestamp") && { timestamp }),
    ...(reader.seen.has("description") && { description })
  }
}

const firstChunk = (file: string): ReadonlyArray<Uint8Array> => {
  for (const chunk of fileChunks(file)) return [chunk.slice(0, 512)]
  return []
}

/** The exports in a folder, newest first. */
export const availableExports = (folder: string): ReadonlyArray<AvailableExport> => {
  if (!isFolder(folder)) return []
  return fs
    .readdirSync(folder)
    .flatMap((name) => recognise(path.join(folder, name)) ?? [])
    .sort((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime() || (a.name < b.name ? -1 : 1))
}

/** Deletes an export that lies directly in the folder, and nothing else. @throws InvalidInput */
export const deleteExport = (file: string, folder: string): void => {
  const refuse = (reason: string) => new InvalidInput({ field: "export", reason: `${file}: ${reason}` })
  const place = path.resolve(folder, file)
  if (path.dirname(place) !== path.resolve(folder) || /[/\\]/.test(path.basename(place)))
    throw refuse("it does not lie in the export folder")
  if (!fs.existsSync(place)) throw refuse("there is no such file")
  if (recognise(place) === undefined) throw refuse("it is no export of White Room")
  try {
    fs.rmSync(place)
    syncFolder(path.dirname(place))
  } catch (error) {
    throw targetError(error, place)
  }
}

/** Brings in a file or folder; with a kind only what is of that kind. */
const importFiles = (
  session: Session,
  file: string,
  kind: Kind | undefined,
  { keys, merge = true, onConflict, onProgress }: ImportFilesOptions
): Effect.Effect<ImportedFiles, WhiteRoomError> =>
  Effect.gen(function* () {
    const progress = onProgress && { onProgress }
    const opened = yield* openImport(session, [file], {
      ...progress,
      ...(keys !== undefined && { keys: () => Promise.resolve(keys) })
    })
    const problems = [...opened.problems, ...opened.warnings].map(({ file: where, reason }) => ({
      file: where,
      reason
    }))
    const backupIds = kind === undefined ? opened.backups.map(({ backupId }) => backupId) : []
    const only = opened.entries.filter((entry) => entry.kind === kind)
    const chosen = kind === undefined ? { merge } : { only, backups: false }
    if (kind !== undefined && only.length === 0)
      return { songs: 0, performances: 0, preferences: 0, backups: 0, backupIds, kept: 0, problems }
    const result = yield* opened.apply({ ...chosen, ...progress, ...(onConflict && { onConflict }) })
    return {
      songs: result.songsRestored,
      performances: result.performancesRestored,
      preferences: result.preferencesRestored,
      backups: result.backups.length,
      backupIds,
      kept: result.plan.keep,
      problems: [...problems, ...result.errors.map((reason) => ({ file, reason }))]
    }
  }).pipe(Effect.scoped)

export const makeExportManager = (session: Session): Context.Tag.Service<typeof ExportManager> => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session.path, `exports.${name}`, body)
  const write = (name: string, source: RestoreSource, target: string | undefined, options: ExportOptions) =>
    attemptAsync(session.path, `exports.${name}`, (now, signal) =>
      exportBackup(session, source, target, options, now, signal)
    )
  const writeKind =
    (name: string, kind: Kind) =>
    (target: string, ids?: ReadonlyArray<string>, options: ExportOptions = {}) =>
      write(name, "now", target, {
        format: "files",
        ...options,
        ...(ids === undefined ? { kinds: [kind] } : { only: ids.map((id) => ({ kind, id })) })
      })
  return {
    exportBackup: (source, target, options = {}) => write("exportBackup", source, target, options),
    exportSongs: writeKind("exportSongs", "song"),
    exportPerformances: writeKind("exportPerformances", "performance"),
    exportPreferences: writeKind("exportPreferences", "preferences"),
    importBackup: (file, options = {}) => importFiles(session, file, undefined, options),
    importSongs: (file, options = {}) => importFiles(session, file, "song", options),
    importPerformances: (file, options = {}) => importFiles(session, file, "performance", options),
    importPreferences: (file, options = {}) => importFiles(session, file, "preferences", options),
    getDefaultExportDirectory: run("getDefaultExportDirectory", defaultExportDirectory),
    generateBackupFilename: (at, format) =>
      run("generateBackupFilename", (now) => exportFileName(at ?? new Date(now), format)),
    getAvailableExports: (folder) =>
      run("getAvailableExports", () => availableExports(folder ?? defaultExportDirectory())),
    deleteExport: (file, folder) =>
      run("deleteExport", () => deleteExport(file, folder ?? defaultExportDirectory()))
  }
}
