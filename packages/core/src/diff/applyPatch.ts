import { fieldOf, isFields, isList, type Json } from "../document/Json.js"
import type { JsonPatch, JsonPatchOperation } from "../document/JsonPatch.js"

/**
 * The document after all operations, or `undefined` when one does not fit: a path that is not there, an index out
 * of range, a `test` that fails. The document and the values of the patch are left as they are.
 */
export const applyPatch = (document: Json, patch: JsonPatch): Json | undefined => {
  const root: Root = { value: copy(document) }
  return patch.every((operation) => apply(root, operation)) ? root.value : undefined
}

type Mutable = null | boolean | number | string | Array<Mutable> | { [name: string]: Mutable }

interface Root {
  value: Mutable | undefined
}

const apply = (root: Root, operation: JsonPatchOperation): boolean => {
  switch (operation.op) {
    case "add":
      return put(root, operation.path, copy(operation.value), true)
    case "replace":
      return put(root, operation.path, copy(operation.value), false)
    case "remove":
      return take(root, operation.path) !== undefined
    case "test":
      return canonical(look(root, operation.path)) === canonical(operation.value)
    case "copy": {
      const value = look(root, operation.from)
      return value !== undefined && put(root, operation.path, copy(value), true)
    }
    case "move": {
      if (operation.path.startsWith(`${operation.from}/`)) return false
      const value = take(root, operation.from)
      return value !== undefined && put(root, operation.path, value, true)
    }
  }
}

const stepsOf = (path: string): Array<string> | undefined =>
  path === "" ? [] : path.startsWith("/") ? path.slice(1).split("/").map(unescapeStep) : undefined

const unescapeStep = (step: string): string => step.replaceAll("~1", "/").replaceAll("~0", "~")

const indexOf = (step: string): number | undefined =>
  /^(?:0|[1-9]\d{0,9})$/.test(step) ? Number(step) : undefined

const child = (value: Mutable | undefined, step: string): Mutable | undefined => {
  if (Array.isArray(value)) return value[indexOf(step) ?? -1]
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined
  return value[step]
}

const look = (root: Root, path: string): Mutable | undefined =>
  stepsOf(path)?.reduce<Mutable | undefined>(child, root.value)

/** The container of a path's last step, and that step; for the whole document, a holder of it. */
const parentOf = (
  root: Root,
  path: string
): { readonly parent: Mutable | undefined; readonly last: string } | undefined => {
  const steps = stepsOf(path)
  const last = steps?.pop()
  return steps === undefined || last === undefined
    ? undefined
    : { parent: steps.reduce<Mutable | undefined>(child, root.value), last }
}

const put = (root: Root, path: string, value: Mutable, insert: boolean): boolean => {
  if (path === "") {
    root.value = value
    return true
  }
  const target = parentOf(root, path)
  if (target === undefined || typeof target.parent !== "object" || target.parent === null) return false
  const { parent, last } = target
  if (Array.isArray(parent)) {
    const index = insert && last === "-" ? parent.length : indexOf(last)
    if (index === undefined || index > parent.length || (!insert && index === parent.length)) return false
    parent.splice(index, insert ? 0 : 1, value)
    return true
  }
  if (!insert && !Object.hasOwn(parent, last)) return false
  // An assignment to `__proto__` would set the prototype.
  Object.defineProperty(parent, last, { value, configurable: true, enumerable: true, writable: true })
  return true
}

const take = (root: Root, path: string): Mutable | undefined => {
  const value = look(root, path)
  if (value === undefined) return undefined
  const target = parentOf(root, path)
  if (target === undefined) root.value = undefined
  else if (Array.isArray(target.parent)) target.parent.splice(Number(target.last), 1)
  else if (typeof target.parent === "object" && target.parent !== null) delete target.parent[target.last]
  return value
}

const copy = (value: Json): Mutable => {
  if (isList(value)) return value.map(copy)
  if (!isFields(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner)]))
}

/** One text per meaning. */
const canonical = (value: Json | undefined): string => {
  if (isList(value)) return `[${value.map(canonical).join()}]`
  if (!isFields(value)) return JSON.stringify(value) ?? ""
  const fields = Object.keys(value).sort()
  return `{${fields.map((name) => `${JSON.stringify(name)}:${canonical(fieldOf(value, name))}`).join()}}`
}
