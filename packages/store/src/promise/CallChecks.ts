/** What a program without a compiler gives a call. */
import { checkOptions, InvalidInput, type OptionNames } from "@white-room/core"
import { argumentValues, optionValues } from "./ArgumentValues.js"
import type { CallControl } from "./Calls.js"
import { openedSurface } from "./openedSurface.js"
import { surface } from "./surface.js"
import { checkValue, maybe } from "./Values.js"

/** How many arguments, or where the options are and what they may be called. */
type AnySignature = number | readonly [at: number, names: OptionNames]

const all: Readonly<Record<string, Readonly<Record<string, AnySignature>>>> = {
  ...surface,
  opened: openedSurface
}

const isPlain = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value))

/** @throws InvalidInput */
export const checkControl = (call: string, { signal, onProgress }: CallControl): void => {
  if (signal !== undefined && typeof signal?.throwIfAborted !== "function")
    throw new InvalidInput({ field: "signal", reason: `${call} takes the signal of an AbortController` })
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw new InvalidInput({ field: "onProgress", reason: `${call} takes a function` })
}

/**
 * What a program without a compiler gives a call: values of the right kind, options that it has, and no others elsewhere. Gives the arguments, and
 * apart from them the signal and the progress function, which cannot be sent to a worker. @throws InvalidInput
 */
export const checkCall = (
  service: string,
  call: string,
  args: ReadonlyArray<unknown>
): readonly [args: ReadonlyArray<unknown>, control: CallControl] => {
  const signature = all[service]?.[call] ?? 0
  const name = `${service}.${call}`
  const [at, names] = typeof signature === "number" ? [signature, undefined] : signature
  const known = names === undefined ? at : at + 1
  if (args.slice(known).some(isPlain))
    throw new InvalidInput({ field: "arguments", reason: `${name} takes no options there` })
  for (const [index, value] of (argumentValues[service]?.[call] ?? []).entries())
    checkValue(`argument ${index + 1} of ${name}`, value, args[index])
  const given = args[at]
  if (names === undefined || given === undefined) return [args, {}]
  checkOptions(name, { ...names, signal: true }, given)
  const { signal, onProgress, ...options } = given as CallControl
  checkControl(name, { signal, onProgress })
  for (const [option, value] of Object.entries(options)) {
    const known = optionValues[option]
    if (known !== undefined) checkValue(option, maybe(known), value)
  }
  return [[...args.slice(0, at), options], { signal, onProgress }]
}
