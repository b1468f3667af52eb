/** RFC 6902: a difference that any program can apply. */
import type { Delta, FieldsDelta, ListDelta } from "./Delta.js"
import type { Json } from "./Json.js"

/** The operations that a difference is made of: of the six that there are, three say everything. */
export type JsonPatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string }

export type JsonPatch = ReadonlyArray<JsonPatchOperation>

/** A path of RFC 6901, one step longer. */
export const pathTo = (path: string, step: string | number): string =>
  `${path}/${typeof step === "number" ? step : step.replaceAll("~", "~0").replaceAll("/", "~1")}`

/**
 * The patch that takes the delta's `before` to its `after`, exactly. Changes inside elements come first, then
 * removals from the end, then additions in order, so that every index is right when its turn comes. A list of
 * which less than half is left, or which would take too long to change step by step, is replaced as a whole.
 */
export const patchOf = (delta: Delta, path = ""): JsonPatch => {
  const operations: Array<JsonPatchOperation> = []
  write(delta, path, operations)
  return operations
}

const write = (delta: Delta, path: string, into: Array<JsonPatchOperation>): void => {
  if (delta._tag === "Fields") writeFields(delta, path, into)
  else if (delta._tag === "List") writeList(delta, path, into)
  else into.push({ op: "replace", path, value: delta.after })
}

const writeFields = (delta: FieldsDelta, path: string, into: Array<JsonPatchOperation>): void => {
  for (const change of delta.changes) {
    const to = pathTo(path, change.name)
    if (change._tag === "Changed") write(change.delta, to, into)
    else if (change._tag === "Added") into.push({ op: "add", path: to, value: change.after })
    else into.push({ op: "remove", path: to })
  }
}

/** Every removal and addition moves the rest of the list: some 0.1 s for any program that applies the patch. */
const maxShifts = 1e8

const writeList = (delta: ListDelta, path: string, into: Array<JsonPatchOperation>): void => {
  const { before, after, source } = delta
  const moves = new Set(delta.moved)
  const steps = delta.removed.length + delta.added.length + 2 * moves.size
  let replaced = 0
  for (const inner of delta.changed.values()) if (inner._tag === "Replaced") replaced++
  if ((steps / 2 + replaced) * 4 > before.length + after.length || steps * after.length > maxShifts) {
    into.push({ op: "replace", path, value: after })
    return
  }
  for (const [index, inner] of delta.changed)
    if (!moves.has(index)) write(inner, pathTo(path, source[index] ?? 0), into)
  const gone = [...delta.removed, ...delta.moved.map((index) => source[index] ?? 0)].sort((a, b) => b - a)
  for (const index of gone) into.push({ op: "remove", path: pathTo(path, index) })
  const come = [...delta.added, ...delta.moved].sort((a, b) => a - b)
  for (const index of come) into.push({ op: "add", path: pathTo(path, index), value: after[index] ?? null })
}
