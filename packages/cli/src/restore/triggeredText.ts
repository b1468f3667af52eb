import type { RestoreResult } from "@white-room/core"
import { printable } from "../terminal/Harmless.js"
import { nameList } from "../terminal/Text.js"

/** What the app's triggers made of it, by the triggers: one touches every row that is written. */
export const triggeredText = ({ triggered }: Pick<RestoreResult, "triggered">): ReadonlyArray<string> => {
  if (triggered.length === 0) return []
  const triggers = [...new Set(triggered.flatMap((change) => change.triggers))].join(", ")
  const columns = [...new Set(triggered.flatMap((change) => change.columns))].join(", ")
  const names = nameList(
    triggered.map(({ name, id }) => name || id),
    8
  )
  return [
    `Triggers of the app (${printable(triggers)}) changed ${columns === "" ? "" : `${printable(columns)} of `}${names} meanwhile; that is in the history as part of this.`
  ]
}
