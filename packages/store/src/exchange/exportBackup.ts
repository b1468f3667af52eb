/** Writing a state of the library to a file or folder, in any of the formats. */
import * as fs from "node:fs"
import * as path from "node:path"
import {
  backupVersion,
  type ExportFormat,
  type ExportOptions,
  type ExportReport,
  FileExists,
  InvalidInput,
  type RestoreSource
} from "@white-room/core"
import { encrypt } from "../age/Age.js"
import { exportBundle, exportBundleInto } from "../bundle/ExportBundle.js"
import { captureAll } from "../capture/Capture.js"
import { writeTarget } from "../file/TargetFile.js"
import type { Session } from "../session/Session.js"
import type { State } from "../session/State.js"
import { resolveState } from "../state/States.js"
import { importedExtras, selectEntries } from "./ExportedRows.js"
import { defaultExportDirectory, exportFileName, freeName, isFolder } from "./ExportFolder.js"
import { type ExportJob, type WrittenExport, writeEntity, writeFolder, writeJson } from "./ExportJson.js"

/** A wish to export, its target settled. */
interface ExportRequest {
  readonly session: Session
  readonly reference: RestoreSource
  readonly target: string
  readonly options: ExportOptions
  readonly now: number
  readonly signal: AbortSignal
}

type ExportWriter = (request: ExportRequest) => Promise<WrittenExport & { readonly source: string }>

const headOf = (source: State, now: number): ExportJob["head"] => ({
  version: source.backup?.version ?? backupVersion,
  timestamp: source.backup?.timestamp ?? new Date(now),
  description: source.backup?.description ?? ""
})

/** The rows of a state, as JSON. */
const writeRows =
  (write: (job: ExportJob, target: string) => Promise<WrittenExport>): ExportWriter =>
  async ({ session, reference, target, options, now, signal }) => {
    const job = session.db.snapshot((): ExportJob & { readonly source: string } => {
      const source = resolveState(session, reference)
      const imported = source.backup?.trigger === "imported"
      return {
        session,
        entries: selectEntries(session, source, options, options.family ?? "node"),
        extras: imported ? new Map<string, never>() : importedExtras(session),
        head: headOf(source, now),
        options,
        signal,
        source: source.label
      }
    })
    return { ...(await write(job, target)), source: job.source }
  }

/** One JSON file per entity; a target that ends in `.json` is the file of the one entity that was asked for. */
const writeFiles = (job: ExportJob, target: string): Promise<WrittenExport> =>
  /\.json(?:\.age)?$/i.test(target) && job.entries.length === 1
    ? writeEntity(job, target)
    : writeFolder(job, target)

async function* until(signal: AbortSignal, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    yield chunk
  }
}

/** Objects as they are, in one file; encrypted on their way there. */
const writeBundle: ExportWriter = async ({ session, reference, target, options, now, signal }) => {
  const { only, kinds, onProgress, lock, armored, force = false, dryRun } = options
  const selection = { only, kinds }
  if (dryRun === true) {
    const source = resolveState(session, reference)
    const written = { song: 0, performance: 0, preferences: 0 }
    for (const { kind } of selectEntries(session, source, selection, "node")) written[kind]++
    return { files: 1, bytes: 0, written, problems: [], source: source.label }
  }
  if (!force && fs.existsSync(target)) throw new FileExists({ file: target })
  const wish = { ...selection, overwrite: force, onProgress }
  const bundle =
    lock === undefined
      ? exportBundle(session, reference, target, wish, now)
      : await exportBundleInto(session, reference, target, wish, now, (bytes) =>
          writeTarget(target, encrypt(until(signal, bytes), lock, { armored }), {
            readers: { of: session.path },
            force
          })
        )
  const { songs: song, performances: performance, preferences, bytes, label } = bundle
  return { files: 1, bytes, written: { song, performance, preferences }, problems: [], source: label }
}

const writers: Readonly<Record<ExportFormat, ExportWriter>> = {
  json: writeRows(writeJson),
  files: writeRows(writeFiles),
  bundle: writeBundle
}

/** The file or folder to write: that of the person, or one of the default name. */
const targetOf = (target: string | undefined, options: ExportOptions, now: number): string => {
  const format = options.format ?? "json"
  const sealed = options.lock !== undefined && format !== "files" ? ".age" : ""
  const name = `${exportFileName(new Date(now), format)}${sealed}`
  if (target === undefined) {
    const folder = defaultExportDirectory()
    if (options.dryRun !== true) fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    return freeName(folder, name)
  }
  const place = path.resolve(target)
  return format !== "files" && isFolder(place) ? freeName(place, name) : place
}

export const exportBackup = async (
  session: Session,
  reference: RestoreSource,
  wished: string | undefined,
  options: ExportOptions,
  now: number,
  signal: AbortSignal
): Promise<ExportReport> => {
  session.requireNoTransaction()
  const { format = "json", lock } = options
  const write = writers[format]
  if (write === undefined)
    throw new InvalidInput({ field: "format", reason: `it is not one of ${Object.keys(writers).join(", ")}` })
  const target = targetOf(wished, options, now)
  if (fs.existsSync(target) && fs.realpathSync(target) === fs.realpathSync(session.path))
    throw new InvalidInput({ field: "target", reason: "the export would replace the library itself" })
  if (!session.readonly) captureAll(session, now)
  const { written, ...result } = await write({ session, reference, target, options, now, signal })
  return {
    path: target,
    format,
    songs: written.song,
    performances: written.performance,
    preferences: written.preferences,
    encrypted: lock !== undefined,
    ...result
  }
}
