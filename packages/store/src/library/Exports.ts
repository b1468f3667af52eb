/** `Exports` over one session. */
import type { Exports } from "@white-room/core"
import type * as Context from "effect/Context"
import {
  availableExports,
  defaultExportDirectory,
  deleteExport,
  exportFileName
} from "../exchange/ExportFolder.js"
import { exportBackup } from "../exchange/exportBackup.js"
import { exportDocuments } from "../exchange/exportDocuments.js"
import { attempt, attemptAsync } from "../session/Attempt.js"
import type { Session } from "../session/Session.js"

export const makeExports = (session: Session): Context.Tag.Service<typeof Exports> => {
  const run = <A>(name: string, body: (now: number) => A) => attempt(session, `exports.${name}`, body)
  return {
    write: (source, target, options = {}) =>
      attemptAsync(session, "exports.write", (now, signal) =>
        exportBackup(session, source, target, options, now, signal)
      ),
    documents: (backup) => run("documents", () => exportDocuments(session, backup)),
    defaultFolder: run("defaultFolder", defaultExportDirectory),
    fileName: (at, format) => run("fileName", (now) => exportFileName(at ?? new Date(now), format)),
    list: (folder) => run("list", () => availableExports(folder ?? defaultExportDirectory())),
    delete: (file, folder) => run("delete", () => deleteExport(file, folder ?? defaultExportDirectory()))
  }
}
