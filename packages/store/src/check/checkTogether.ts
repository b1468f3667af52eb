import type { BackupInfo, OnProgress } from "@white-room/core"
import { readHead } from "../log/EventTable.js"
import { HashSet } from "../object/HashSet.js"
import type { Session } from "../session/Session.js"
import { integrity } from "../sqlite/integrity.js"
import { checkLog, type Documents } from "./CheckLog.js"
import { checkTrees, documentsIn } from "./CheckObjects.js"
import { type CheckThread, doubt } from "./CheckThread.js"
import { checkLiveRows } from "./checkLiveRows.js"
import { Findings } from "./Findings.js"
import { LaterReplay } from "./Replay.js"
import type { StoredObjects } from "./StoredObjects.js"
import { type SoundObjects, soundBlocks } from "./soundBlocks.js"

/** What SQLite says of its file, without the thread. */
const isSound = ({ db }: Session): boolean => {
  const { lines, unchecked } = integrity(db, "full", 1)
  return lines.length + unchecked.length === 0
}

/**
 * A full check with a second thread, on one snapshot: whether all is well. Where it is not, or that cannot be told,
 * `findings` are as they were, and the caller looks alone.
 */
export function* checkTogether(
  session: Session,
  backups: ReadonlyArray<BackupInfo>,
  thread: CheckThread,
  findings: Findings,
  onProgress: OnProgress | undefined
): Generator<void, boolean> {
  const own = new Findings()
  const replay = new LaterReplay()
  // The log comes by documents before it is known which there are.
  const needed = new HashSet()
  const documents: Documents = {
    has: (refs) => {
      for (const { hash } of refs) needed.add(hash)
      return true
    },
    need: () => {}
  }

  let objects: SoundObjects | typeof doubt | undefined
  let store: ReturnType<StoredObjects["nodeStore"]> | undefined
  let isWell = true
  /** Looks at the trees once their nodes are there, and compares those that the log came by meanwhile. */
  const lookAtTrees = ({ stored }: SoundObjects): void => {
    if (store === undefined) {
      store = stored.nodeStore(session)
      checkTrees(session, backups, store, documentsIn(stored, own), own)
    }
    isWell &&= own.isEmpty && replay.settle(store)
  }

  const events = readHead(session.db).position
  let done = 0
  const records = yield* checkLog(session, own, session.nodeStore(new Map()), replay, documents, (count) => {
    done += count
    onProgress?.({ done, total: events, step: "replay the log" })
    objects ??= thread.arrived()
    if (objects !== undefined && objects !== doubt) lookAtTrees(objects)
  })
  if (records === undefined) return false
  checkLiveRows(session, records, own)
  objects ??= yield* thread.objects()
  objects ??= yield* soundBlocks(session.db, (count, total) =>
    onProgress?.({ done: count, total, step: "read objects" })
  )
  if (objects === undefined || objects === doubt) return false
  lookAtTrees(objects)
  const { stored } = objects
  for (const hash of needed) isWell &&= stored.has(hash)
  if (!isWell) return false

  if (!own.isEmpty || !((yield* thread.isSound()) ?? isSound(session))) return false
  findings.objects = objects.objects
  findings.bytes = objects.bytes
  findings.logIsWhole = true
  return true
}
