/** Taking objects of bundles into the store of a library. */
import { type NewObject, toHex } from "@white-room/core"
import { hasObject } from "../object/Objects.js"
import { hashesInStorageOrder } from "../object/StorageOrder.js"
import { rememberDamage } from "../session/rememberDamage.js"
import type { Session } from "../session/Session.js"
import { ifReadable } from "../sqlite/ifReadable.js"
import type { Staging } from "../staging/ImportSource.js"
import { Stager } from "../staging/Stager.js"
import { filesToRead, progressOver } from "./BundleContents.js"
import type { BundleSet } from "./BundleFolder.js"
import { type Fallback, objectsOfFile } from "./Found.js"

/** The bytes of an object of the library; none when it is not there, or damaged. */
const bytesIn = (session: Session, hash: Uint8Array): Uint8Array | undefined =>
  ifReadable(() => (hasObject(session.db, hash) ? session.reader.get(hash) : undefined))

/** The library's own objects stand in for those of bundles that are not there. */
export const fallbackTo = (session: Session): Fallback => ({
  node: (hash) => bytesIn(session, hash),
  documentLength: (hash) => session.db.row<[number]>("SELECT length FROM object WHERE hash = ?", hash)?.[0]
})

/**
 * Keeps those of the objects that the bundles have and the library lacks, or has damaged. `made` are some that no bundle
 * has. Other fibers may run at each `yield`.
 */
export function* stageObjects(
  { session, target, now, onProgress }: Staging,
  set: BundleSet,
  wanted: ReadonlyMap<string, Uint8Array>,
  made: ReadonlyArray<NewObject> = []
): Generator<void, void> {
  const stager = new Stager(session, now, target)
  const lacking = new Set<string>()
  for (const hash of hashesInStorageOrder(session.db, [...wanted.values()]))
    if (bytesIn(session, hash) === undefined) lacking.add(toHex(hash))
  yield
  rememberDamage(session, now)
  for (const object of made) if (lacking.delete(toHex(object.hash))) stager.add(object)
  const files = filesToRead(set)
  const onRead = progressOver(files, "take over", onProgress)
  for (const file of files) {
    if (lacking.size === 0) break
    for (const object of objectsOfFile(file.path, () => undefined, onRead)) {
      if (object === undefined) yield
      else if (lacking.delete(toHex(object.hash))) stager.add({ ...object, bytes: object.bytes.slice() })
    }
  }
  stager.finish()
}
