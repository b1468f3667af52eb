/**
 * How the Promise door reaches a library: in this thread (`localCalls`), or through a worker (`workerCalls`). A call is
 * named by its path, such as `["songs", "read"]`.
 */
import type { OnProgress, WhiteRoomError } from "@white-room/core"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import type { Library } from "../library/Library.js"
import { createLibrary, type OpenOptions, openLibrary } from "../library/OpenLibrary.js"

export interface CallControl {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

/** What a library shows: names of calls, and of services with the names of theirs. */
export interface Surface {
  readonly path: string
  readonly calls: ReadonlyArray<string>
  readonly services: ReadonlyArray<readonly [name: string, calls: ReadonlyArray<string>]>
}

export interface Calls {
  readonly surface: Surface
  readonly call: (
    path: ReadonlyArray<string>,
    args: ReadonlyArray<unknown>,
    control: CallControl
  ) => Promise<unknown>
  readonly close: () => Promise<void>
}

export interface OpenRequest extends OpenOptions {
  readonly path: string
  /** Makes an empty library when there is no file. */
  readonly create: boolean
}

/** Between two steps of long work the event loop turns, so that timers run and a signal can be aborted. */
const scheduler = Scheduler.make((task) => void setImmediate(task))

/** The very error of a failure; Effect shows it through a proxy that knows where it happened. */
const errorOf = (cause: Cause.Cause<unknown>): unknown => Cause.originalError(Cause.squash(cause))

/** The value of an Effect, or a rejection with its very error. */
export const run = <A>(effect: Effect.Effect<A, unknown>, signal: AbortSignal | undefined): Promise<A> =>
  new Promise((resolve, reject) => {
    const abort = () => cancel()
    const cancel = Effect.runCallback(effect, {
      scheduler,
      onExit: (exit) => {
        signal?.removeEventListener("abort", abort)
        if (Exit.isSuccess(exit)) resolve(exit.value)
        else reject(Cause.isInterruptedOnly(exit.cause) ? signal?.reason : errorOf(exit.cause))
      }
    })
    signal?.addEventListener("abort", abort)
  })

const isCall = (value: unknown): boolean => typeof value === "function" || Effect.isEffect(value)

const givesEffect = (service: object, getter: () => unknown): boolean => {
  try {
    return Effect.isEffect(getter.call(service))
  } catch {
    return false
  }
}

/** Own functions and Effects of a service, and the Effects its class has getters for; not what the class hides. */
const callsOf = (service: object): ReadonlyArray<string> => {
  const names = Object.entries(service).flatMap(([name, value]) => (isCall(value) ? [name] : []))
  let parent: unknown = Object.getPrototypeOf(service)
  while (typeof parent === "object" && parent !== null && parent !== Object.prototype) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(parent)))
      if (get !== undefined && givesEffect(service, get)) names.push(name)
    parent = Object.getPrototypeOf(parent)
  }
  return names
}

/** What gives a stream, or lasts as long as a scope: `changes` and `exports.importBackup` take their place. */
const effectOnly: ReadonlySet<string> = new Set(["follow", "openImport"])

const surfaceOf = (library: Library): Surface => {
  const services = Object.entries(library).filter(
    (entry): entry is [string, object] => typeof entry[1] === "object" && !Effect.isEffect(entry[1])
  )
  return {
    path: library.path,
    calls: callsOf(library).filter((name) => !effectOnly.has(name)),
    services: services.map(([name, service]) => [name, callsOf(service)] as const)
  }
}

const memberOf = (owner: unknown, name: string): unknown =>
  typeof owner === "object" && owner !== null ? Reflect.get(owner, name) : undefined

/** What a call does, not begun yet. */
const effectOf = (
  library: Library,
  path: ReadonlyArray<string>,
  args: ReadonlyArray<unknown>
): Effect.Effect<unknown, unknown> => {
  const member = path.reduce<unknown>(memberOf, library)
  const result: unknown = typeof member === "function" ? member(...args) : member
  if (Effect.isEffect(result)) return result as Effect.Effect<unknown, unknown>
  throw new TypeError(`library.${path.join(".")} is not a function`)
}

/** Options are the last argument. Each step of the work looks at the signal, and reports. */
const withControl = (args: ReadonlyArray<unknown>, control: CallControl): ReadonlyArray<unknown> => {
  const { signal, onProgress } = control
  if (signal === undefined && onProgress === undefined) return args
  const step: OnProgress = (progress) => {
    signal?.throwIfAborted()
    onProgress?.(progress)
  }
  return [...args.slice(0, -1), { ...Object(args.at(-1)), onProgress: step }]
}

const open = (request: OpenRequest): Effect.Effect<Library, WhiteRoomError, Scope.Scope> => {
  const { path, create, ...options } = request
  const opened = openLibrary(path, options)
  if (!create) return opened
  const created = Effect.catchTag(createLibrary(path), "LibraryExists", () => Effect.void)
  return Effect.catchTag(opened, "LibraryNotFound", () => Effect.zipRight(created, opened))
}

/** Calls in this thread. */
export const localCalls = async (request: OpenRequest): Promise<Calls> => {
  const scope = Effect.runSync(Scope.make())
  const library = await Effect.runPromiseExit(Scope.extend(open(request), scope))
  if (Exit.isFailure(library)) throw errorOf(library.cause)
  return {
    surface: surfaceOf(library.value),
    call: async (path, args, control) => {
      control.signal?.throwIfAborted()
      return await run(effectOf(library.value, path, withControl(args, control)), control.signal)
    },
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}
