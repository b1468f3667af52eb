import { emptyTree, fromHex, toHex } from "@white-room/core"
import { catalogueOfLog } from "../backup/Catalog.js"
import { commit } from "../capture/Commit.js"
import { readInfo, type Session } from "../session/Session.js"
import { type Findings, reasonOf } from "./Findings.js"

/**
 * The tree that the next backup goes on from, where it is not what a whole log says: that of the newest backup that the log proves,
 * or the empty one. The next backup brings it up to the log. Returns 1 when it was set, else 0.
 */
export const mendTree = (
  session: Session,
  { wrongTree, damaged, unreadable, badObjects }: Findings,
  now: number
): number => {
  if (!wrongTree) return 0
  const wrong = toHex(readInfo(session.db).treeRoot)
  const bad = new Set(damaged.map(({ what }) => what))
  const logged = [...catalogueOfLog(session.db, (error) => void reasonOf(error)).values()]
  const [newest] = logged
    .filter(({ trigger, number }) => trigger !== "imported" && !bad.has(`backup b${number}`))
    .sort((a, b) => b.position - a.position)
  const root = newest === undefined ? emptyTree(session.nodeStore(new Map())) : fromHex(newest.root)
  // What is no root of a backup nobody needs, and perhaps nobody ever had.
  const isNeeded = logged.some((each) => each.root === wrong)
  commit(session, { now }, () => {
    session.db.run(
      "UPDATE library_info SET tree_root = ?, tree_position = ? WHERE id = 1",
      root,
      newest?.position ?? 0
    )
    if (!isNeeded) session.db.run("DELETE FROM damaged_object WHERE hash = ?", fromHex(wrong))
  })
  if (!isNeeded) {
    unreadable.delete(wrong)
    badObjects.delete(wrong)
  }
  return 1
}
