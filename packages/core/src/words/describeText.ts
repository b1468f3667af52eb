import { alignValues, type Budget } from "../document/ValueAlignment.js"
import type { Phrases } from "./Phrases.js"

/** How two texts differ, in lines: `text changed (3 lines added, 1 removed)`. */
export const describeText = (before: string, after: string, budget: Budget, say: Phrases): string => {
  const [was, is] = [linesOf(before), linesOf(after)]
  let start = 0
  while (start < was.length && start < is.length && was[start] === is[start]) start++
  let end = 0
  while (end < was.length - start && end < is.length - start && was.at(-1 - end) === is.at(-1 - end)) end++
  const ids = new Map<string, number>()
  const idsOf = (lines: ReadonlyArray<string>) =>
    Int32Array.from(lines.slice(start, lines.length - end), (line) => ids.get(line) ?? newId(ids, line))
  const [left, right] = [idsOf(was), idsOf(is)]
  const kept = alignValues(left, right, budget).filter((from) => from >= 0).length
  const [added, removed] = [right.length - kept, left.length - kept]
  if (added === 0 && removed === 0) return say.textChanged(say.lineEnds)
  const come = added > 0 ? [`${say.count(added, "line")} ${say.added}`] : []
  const gone =
    removed > 0 ? [`${added > 0 ? say.grouped(removed) : say.count(removed, "line")} ${say.removed}`] : []
  return say.textChanged([...come, ...gone].join(", "))
}

const linesOf = (text: string): ReadonlyArray<string> =>
  text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/)

const newId = (ids: Map<string, number>, line: string): number => {
  ids.set(line, ids.size)
  return ids.size - 1
}
