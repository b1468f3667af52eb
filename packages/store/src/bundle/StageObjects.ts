/** Taking objects of bundles into the store of a library. */
import { toHex } from "@white-room/core"
import { hasObject } from "../object/Objects.js"
import type { Session } from "../session/Session.js"
import type { Staging } from "../staging/ImportSource.js"
import { Stager } from "../staging/Stager.js"
import { type BundleContents, type Fallback, objectsOfFile, progressOver } from "./BundleContents.js"

/** The library's own objects stand in for those of bundles that are not there. */
export const fallbackTo = (session: Session): Fallback => ({
  node: (hash) => (hasObject(session.db, hash) ? session.reader.get(hash) : undefined),
  documentLength: (hash) => session.db.row<[number]>("SELECT length FROM object WHERE hash = ?", hash)?.[0]
})

/** Keeps those of the objects that the bundles have and the library lacks. Other fibers may run at each `yield`. */
export function* stageObjects(
  { session, target, now, onProgress }: Staging,
  { set }: BundleContents,
  wanted: ReadonlyMap<string, Uint8Array>
): Generator<void, void> {
  const stager = new Stager(session, now, target)
  const lacking = new Set(
    [...wanted.keys()].filter((name) => !hasObject(session.db, wanted.get(name) ?? new Uint8Array()))
  )
  const onRead = progressOver(set.files, "take over", onProgress)
  for (const file of set.files) {
    if (lacking.size === 0) break
    for (const object of objectsOfFile(file.path, () => undefined, onRead)) {
      if (object === undefined) yield
      else if (lacking.delete(toHex(object.hash))) stager.add({ ...object, bytes: object.bytes.slice() })
    }
  }
  stager.finish()
}
