import type { JsonPatch, JsonPatchOperation } from "../../src/index.js"

const own = (container: unknown, step: string): unknown => {
  const isIndex = /^(?:0|[1-9]\d*)$/.test(step)
  if (typeof container !== "object" || container === null || (Array.isArray(container) && !isIndex))
    throw new Error(`"${step}" leads nowhere`)
  if (!Object.hasOwn(container, step)) throw new Error(`there is no "${step}"`)
  return Reflect.get(container, step)
}

const apply = (container: unknown, step: string, operation: JsonPatchOperation): void => {
  if (typeof container !== "object" || container === null) throw new Error(`"${step}" leads nowhere`)
  const isEnd = Array.isArray(container) && (step === "-" || step === String(container.length))
  const isNew = operation.op === "add" && (isEnd || !Array.isArray(container))
  if (!isNew) own(container, step)
  const value = operation.op === "remove" ? [] : [structuredClone(operation.value)]
  if (Array.isArray(container))
    container.splice(isEnd ? container.length : Number(step), operation.op === "add" ? 0 : 1, ...value)
  else if (operation.op === "remove") Reflect.deleteProperty(container, step)
  // A definition, not an assignment: `__proto__` is a name like any other.
  else
    Object.defineProperty(container, step, {
      value: value[0],
      configurable: true,
      enumerable: true,
      writable: true
    })
}

/** A document after a patch, by the letter of RFC 6902 and 6901; throws where an operation does not fit. */
export const patched = (document: unknown, patch: JsonPatch): unknown => {
  const whole = { "": structuredClone(document) }
  for (const operation of patch) {
    const steps = operation.path.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    const last = steps.pop() ?? ""
    apply(steps.reduce<unknown>(own, whole), last, operation)
  }
  return whole[""]
}
