/** From files to sources: each is recognised; encrypted ones are decrypted first, databases are copied. */

import { randomBytes } from "node:crypto"
import { statSync } from "node:fs"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import {
  errorCode,
  fileErrorReason,
  isWhiteRoomError,
  type OnProgress,
  type WhiteRoomError
} from "@white-room/core"
import * as Effect from "effect/Effect"
import { type AgeKeys, type AskForKeys, decryptFile } from "../age/Age.js"
import { bundleSources, type NamedBundle } from "../bundle/bundleSources.js"
import { snapshotDatabase } from "../file/snapshotDatabase.js"
import { attempt } from "../session/Attempt.js"
import { storageError } from "../sqlite/storageError.js"
import { type FileProblem, type ImportSource, problemList } from "../staging/ImportSource.js"
import { databaseSource } from "./databaseSource.js"
import { type EntityFileName, entitySource } from "./entitySource.js"
import { exchangeSource } from "./exchangeSource.js"
import { recognise } from "./Recognise.js"

type Opened =
  | { readonly _tag: "ImportSource"; readonly source: ImportSource }
  | { readonly _tag: "Entity"; readonly entity: EntityFileName }
  | { readonly _tag: "Bundle"; readonly bundle: NamedBundle }
  | { readonly _tag: "Problem"; readonly problem: FileProblem }

export interface OpenedSources {
  readonly sources: ReadonlyArray<ImportSource>
  readonly problems: ReadonlyArray<FileProblem>
}

const refuse = (file: string, reason: string): Opened => ({ _tag: "Problem", problem: { file, reason } })

/** Encrypted files may hold encrypted files; nobody means more than this. */
const maxLayers = 3

class Opener {
  constructor(
    private readonly folder: string,
    private readonly options: ImportOptions
  ) {}

  private temporary(): string {
    return join(this.folder, randomBytes(8).toString("hex"))
  }

  /** @param path where it is @param file as the user named it */
  async open(path: string, file: string, layer = 0): Promise<Opened> {
    const found = recognise(path)
    switch (found._tag) {
      case "Age":
        return layer < maxLayers
          ? this.openAge(path, file, layer)
          : refuse(file, "it is encrypted again and again")
      case "Database":
        return this.openDatabase(path, file)
      case "Exchange":
        return { _tag: "ImportSource", source: exchangeSource(path, file) }
      case "Bundle":
        return { _tag: "Bundle", bundle: { path, file } }
      case "Entity":
        return {
          _tag: "Entity",
          entity: { path, file, kind: this.options.kind ?? found.kind, keys: found.keys }
        }
      case "Other":
        return refuse(file, found.reason)
    }
  }

  private async openAge(path: string, file: string, layer: number): Promise<Opened> {
    const { keys } = this.options
    const plain = this.temporary()
    const ask: AskForKeys = async (needs) => (typeof keys === "function" ? keys(file, needs) : (keys ?? {}))
    await decryptFile(path, plain, ask, file)
    const opened = await this.open(plain, file.replace(/\.age$/i, ""), layer + 1)
    // What is copied or refused needs the decrypted file no more.
    if (opened._tag === "Problem") await rm(plain, { force: true })
    return opened
  }

  private async openDatabase(path: string, file: string): Promise<Opened> {
    const copy = this.temporary()
    await snapshotDatabase(path, copy, { named: file })
    return { _tag: "ImportSource", source: databaseSource(copy, file, statSync(path).mtimeMs) }
  }
}

/** What a file is refused with; a full disk and such end the import. */
const problemOf = (file: string, error: unknown): FileProblem | WhiteRoomError => {
  if (isWhiteRoomError(error)) return { file, reason: reasonIn(error), error }
  const known = storageError(error, file)
  if (known?._tag === "DiskFull") return known
  const reason = fileErrorReason(error)
  const isDatabase = errorCode(error).startsWith("SQLITE_")
  return { file, reason: isDatabase ? `it is a database that cannot be read: ${reason}` : reason }
}

/** The message without what a list of problems says once for all. */
const reasonIn = (error: WhiteRoomError): string =>
  "reason" in error && typeof error.reason === "string"
    ? error.reason
    : error.message.replace(/ Nothing was changed(?: here)?\.$/, "")

/** Recognises all of these files; one that cannot be read never stops the rest. */
export const openSources = (
  files: ReadonlyArray<string>,
  folder: string,
  options: ImportOptions
): Effect.Effect<OpenedSources, WhiteRoomError> =>
  Effect.gen(function* () {
    const opener = new Opener(folder, options)
    const sources: Array<ImportSource> = []
    const entities: Array<EntityFileName> = []
    const bundles: Array<NamedBundle> = []
    const problems = problemList("files")
    for (const [index, file] of files.entries()) {
      const opened = yield* Effect.tryPromise({
        try: () => opener.open(file, file),
        catch: (error) => problemOf(file, error)
      }).pipe(
        Effect.catchIf(
          (fault): fault is FileProblem => !isWhiteRoomError(fault),
          (problem) => Effect.succeed<Opened>({ _tag: "Problem", problem })
        )
      )
      if (opened._tag === "ImportSource") sources.push(opened.source)
      else if (opened._tag === "Entity") entities.push(opened.entity)
      else if (opened._tag === "Bundle") bundles.push(opened.bundle)
      else problems.add(opened.problem)
      options.onProgress?.({ done: index + 1, total: files.length, step: "look at files" })
    }
    if (entities.length > 0) sources.push(entitySource(entities))
    // They build on each other, so they are looked at together.
    const ofBundles = yield* attempt(folder, "bundleSources", () => bundleSources(bundles))
    sources.push(...ofBundles.sources)
    problems.addAll(ofBundles.problems)
    return { sources, problems: problems.items }
  })

export interface ImportOptions {
  /**
   * What opens an encrypted file; asked once for each, when it is known to be one. Without it they are refused.
   * Rejecting with a `WhiteRoomError` ends the import.
   */
  readonly keys?: AgeKeys | ((file: string, needs: "passphrase" | "identity") => Promise<AgeKeys>)
  /** Single files are read as songs, or performances, and nothing else is merged. */
  readonly kind?: "song" | "performance"
  /** What the files are called in the log. Default: their paths. */
  readonly named?: string
  /** Nothing is written to the library; what was opened can be planned and not applied. */
  readonly dryRun?: boolean
  readonly onProgress?: OnProgress
}
