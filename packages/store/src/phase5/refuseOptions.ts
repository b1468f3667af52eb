import { InvalidInput } from "@white-room/core"

const isPlain = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value))

/**
 * Phase 5's calls take no options. A program that gives some would be misled by silence: what it asks to be left alone
 * would not be. All calls of a class reject them from here on; those in `given` take a thing as their first argument.
 */
export const refuseOptions = (
  { name, prototype }: { readonly name: string; readonly prototype: object },
  given: ReadonlyArray<string>
): void => {
  for (const call of Object.getOwnPropertyNames(prototype)) {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, call)?.value
    if (call === "constructor" || typeof method !== "function") continue
    const first = given.includes(call) ? 1 : 0
    const checked = function (this: unknown, ...args: ReadonlyArray<unknown>): unknown {
      if (first === 1 && (typeof args[0] !== "object" || args[0] === null))
        return Promise.reject(new InvalidInput({ field: `${name}.${call}`, reason: "it takes an object" }))
      if (!args.slice(first).some(isPlain)) return method.apply(this, args)
      return Promise.reject(new InvalidInput({ field: "options", reason: `${name}.${call} takes none` }))
    }
    Object.defineProperty(prototype, call, { value: checked, configurable: true, writable: true })
  }
}
