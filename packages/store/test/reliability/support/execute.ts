import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { type BackupInfo, entriesOf, fromHex, kinds, objectsOfRecord } from "@white-room/core"
import { allBackups, backupById, findBackup } from "../../../src/backup/Catalog.js"
import { createBackup } from "../../../src/backup/createBackup.js"
import { exportBundle } from "../../../src/bundle/ExportBundle.js"
import { captureAll } from "../../../src/capture/Capture.js"
import { checkLibrary } from "../../../src/check/Check.js"
import { rebuild } from "../../../src/check/rebuild.js"
import { statusOf } from "../../../src/library/Status.js"
import { restoreFromBackup } from "../../../src/restore/Restore.js"
import { prune } from "../../../src/retention/prune.js"
import { forget } from "../../../src/retention/Trash.js"
import { createLibrary } from "../../../src/session/createLibrary.js"
import { openSession } from "../../../src/session/openSession.js"
import type { Session } from "../../../src/session/Session.js"
import { storageError } from "../../../src/sqlite/storageError.js"
import { append } from "../../../src/write/Append.js"
import type { Answer, Command, Wish } from "./commands.js"
import { deletion, performanceChange, preferencesChange, songChange } from "./rows.js"

const changeOf = ([key, content]: Wish, now: number) => {
  const [kind, id = ""] = key.split(":")
  switch (kind) {
    case "song":
      return content === null ? deletion("song", id) : songChange(id, content, `Song ${id}`, now)
    case "performance":
      return content === null ? deletion("performance", id) : performanceChange(id, "s0", content, now)
    default:
      return content === null ? deletion("preferences", id) : preferencesChange(content, id, now)
  }
}

const named = (session: Session, description: string): string => {
  const backup = allBackups(session.db).find((each) => each.description === description)
  return backup?.backupId ?? findBackup(session.db, description).backupId
}

/** Reads every document of a backup, each checked against its hash. Returns how many. */
const readBackup = (session: Session, backup: BackupInfo): number => {
  let count = 0
  for (const kind of kinds)
    for (const { record } of entriesOf(fromHex(backup.root), kind, session.nodeStore(new Map())))
      for (const { hash } of objectsOfRecord(kind, record))
        count += session.reader.get(hash).length > 0 ? 1 : 0
  return count
}

/** Runs one command on the session that was opened last; `open` gives the next one. */
export const execute = (
  session: Session | undefined,
  command: Command,
  now: number,
  actor: string
): { readonly session: Session | undefined; readonly answer: Answer } => {
  if (command.do === "open") return { session: openSession(command.path, { actor }), answer: {} }
  if (command.do === "create") {
    createLibrary(command.path, now)
    return { session, answer: {} }
  }
  if (command.do === "examine") return { session, answer: examine(command.path, now) }
  if (session === undefined) throw new Error("no library is open")
  return { session, answer: run(session, command, now) }
}

/** Everything that is tried on a file that may be damaged, after the check. */
const trials = (session: Session, now: number): ReadonlyArray<readonly [string, () => unknown]> => [
  ["quick check", () => checkLibrary(session, { level: "quick" }, now)],
  ["status", () => statusOf(session)],
  ["list", () => session.tables.song?.summaries("ORDER BY rowid")],
  ["capture", () => captureAll(session, now)],
  ["save", () => append(session, { changes: [songChange("s1", `{"at":${now}}`)] }, now)],
  ["backup", () => createBackup(session, { description: "examined" }, now)],
  ["restore", () => restoreFromBackup(session, "b1", { mode: "exact" }, now)],
  ["forget", () => forget(session, ["b1"], "test", now)],
  ["prune", () => prune(session, {}, now)],
  ["rebuild", () => rebuild(session, {}, now)]
]

const examine = (path: string, now: number): Answer => {
  const outcomes: Array<string> = []
  const defects: Array<string> = []
  const attempt = <A>(name: string, body: () => A): A | undefined => {
    try {
      const result = body()
      outcomes.push(`${name}: ${typeof result === "string" ? result : "done"}`)
      return result
    } catch (error) {
      const known = storageError(error, path)
      outcomes.push(`${name}: ${known?._tag ?? "defect"}`)
      if (known === undefined)
        defects.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
      return undefined
    }
  }
  const session = attempt("open", () => openSession(path, { actor: "test" }))
  if (session !== undefined) {
    const structure = attempt("check", () => {
      const { ok, damaged } = checkLibrary(session, { level: "full" }, now)
      return ok ? "sound" : damaged.some(({ what }) => what === "the database file") ? "broken" : "damage"
    })
    // Whoever goes on using a file whose very structure is broken is in SQLite's hands.
    if (structure === "sound" || structure === "damage")
      for (const [name, body] of trials(session, now)) attempt(name, body)
    session.close()
  }
  return { outcomes, defects, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) }
}

const run = (
  session: Session,
  command: Exclude<Command, { do: "open" | "create" | "examine" }>,
  now: number
): Answer => {
  switch (command.do) {
    case "save":
      append(session, { changes: command.wishes.map((wish) => changeOf(wish, now)) }, now)
      return {}
    case "import":
      append(
        session,
        { changes: command.wishes.map((wish) => changeOf(wish, now)), importedFrom: "test" },
        now
      )
      return {}
    case "backup":
      createBackup(session, { description: command.description }, now)
      return {}
    case "restore":
      restoreFromBackup(
        session,
        named(session, command.description),
        { mode: command.mode, onConflict: "replace" },
        now
      )
      return {}
    case "forget":
      forget(session, [named(session, command.description)], "test", now)
      return {}
    case "prune": {
      const { expired } = prune(session, { policy: { keepLast: command.keepLast }, keepEditsDays: 1 }, now)
      return { expired: expired.map(({ description }) => description) }
    }
    case "rebuild":
      return { count: rebuild(session, {}, now) }
    case "copy": {
      const { backupId } = createBackup(session, { description: "", skipIfUnchanged: true }, now)
      const backup = backupById(session.db, backupId)
      if (backup !== undefined) {
        mkdirSync(command.folder, { recursive: true })
        const file = join(command.folder, `b${backup.number}.whiteroom`)
        exportBundle(session, backupId, file, { overwrite: true }, now)
      }
      return {}
    }
    case "read":
      return {
        count: allBackups(session.db)
          .slice(-3)
          .reduce((sum, backup) => sum + readBackup(session, backup), 0)
      }
  }
}
