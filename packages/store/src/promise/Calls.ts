/**
 * How the Promise door reaches a library: in this thread (`localCalls`), or through a worker (`workerCalls`). A call is
 * named by its path, such as `["songs", "read"]`; `surface.ts` lists them.
 */
import { Closed, InvalidInput, type OnProgress, type WhiteRoomError } from "@white-room/core"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { OpenedImport } from "../import/Import.js"
import type { ImportOptions } from "../import/openSources.js"
import type { Library } from "../library/Library.js"
import { createLibrary, type OpenOptions, openLibrary } from "../library/OpenLibrary.js"
import type { FileProblem } from "../staging/ImportSource.js"
import { OfCaller } from "./OfCaller.js"
import { run } from "./run.js"
import { surface } from "./surface.js"

export interface CallControl {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

/** A service and its call; of the imports that were opened (`opened`), also the number that it was given. */
export type CallPath = readonly [service: string, call: string, opened?: number]

export interface Calls {
  /** Of the library. */
  readonly path: string
  readonly call: (path: CallPath, args: ReadonlyArray<unknown>, control: CallControl) => Promise<unknown>
  readonly close: () => Promise<void>
}

export interface OpenRequest extends OpenOptions {
  readonly path: string
  /** Makes an empty library when there is no file. */
  readonly create: boolean
}

type Call = Effect.Effect<unknown, unknown>

/** A member of a service as an Effect that is not begun yet: it is one, or a function that gives one. */
const effectOf = (service: object, name: string, args: ReadonlyArray<unknown>): Call => {
  const member: unknown = Reflect.get(service, name)
  const result: unknown = typeof member === "function" ? member.apply(service, args) : member
  if (Effect.isEffect(result)) return result as Call
  throw noSuchCall(name)
}

const noSuchCall = (name: string): InvalidInput =>
  new InvalidInput({ field: name, reason: "a library has no such call" })

/** The service of a call that the surface has. */
const serviceOf = (library: Library, service: string, call: string): object => {
  const known = Object.entries(surface).find(([name]) => name === service)
  const found: unknown = known && Object.hasOwn(known[1], call) ? Reflect.get(library, service) : undefined
  if (typeof found === "object" && found !== null) return found
  throw noSuchCall(`${service}.${call}`)
}

/** An error inside a value would not cross to another thread whole. */
const inWords = ({ file, reason }: FileProblem) => ({ file, reason })

/** Imports that were opened and not closed yet, each with a scope of its own. */
class OpenedImports {
  private readonly known = new Map<
    number,
    { readonly opened: OpenedImport; readonly scope: Scope.CloseableScope }
  >()
  private last = 0

  constructor(
    private readonly library: Library,
    private readonly scope: Scope.Scope
  ) {}

  /** Opens one, and gives what is known of it with its number. */
  open(paths: ReadonlyArray<string>, options: ImportOptions | undefined): Call {
    return Effect.gen(this, function* () {
      const scope = yield* Scope.fork(this.scope, ExecutionStrategy.sequential)
      const opening = Scope.extend(this.library.imports.open(paths, options), scope)
      const opened = yield* Effect.onExit(opening, (exit) =>
        Exit.isSuccess(exit) ? Effect.void : Scope.close(scope, exit)
      )
      const number = ++this.last
      this.known.set(number, { opened, scope })
      const { plan: _, apply: __, problems, warnings, ...rest } = opened
      return { number, found: { ...rest, problems: problems.map(inWords), warnings: warnings.map(inWords) } }
    })
  }

  call(number: number, name: string, args: ReadonlyArray<unknown>): Call {
    const entry = this.known.get(number)
    if (entry === undefined)
      return name === "close" ? Effect.void : Effect.fail(new Closed({ what: "The import" }))
    if (name === "close") {
      this.known.delete(number)
      return Scope.close(entry.scope, Exit.void)
    }
    if (name === "plan" || name === "apply") return effectOf(entry.opened, name, args)
    throw noSuchCall(`imports.open, ${name}`)
  }
}

/** Options are the last argument. Each step of the work looks at the signal, and reports. */
const withControl = (args: ReadonlyArray<unknown>, control: CallControl): ReadonlyArray<unknown> => {
  const { signal, onProgress } = control
  if (signal === undefined && onProgress === undefined) return args
  const step: OnProgress = (progress) => {
    try {
      signal?.throwIfAborted()
      onProgress?.(progress)
    } catch (error) {
      throw new OfCaller(error)
    }
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
  const library = await run(Scope.extend(open(request), scope))
  const imports = new OpenedImports(library, scope)
  const effect = (path: CallPath, args: ReadonlyArray<unknown>): Call => {
    const [service, call, number] = path
    if (service === "opened" && number !== undefined) return imports.call(number, call, args)
    if (service === "imports" && call === "open") {
      const [paths, options] = args as Parameters<Library["imports"]["open"]>
      return imports.open(paths, options)
    }
    return effectOf(serviceOf(library, service, call), call, args)
  }
  return {
    path: library.path,
    call: async (path, args, control) => {
      control.signal?.throwIfAborted()
      const call = Effect.suspend(() => effect(path, withControl(args, control)))
      return await run(call, control.signal)
    },
    close: () => run(Scope.close(scope, Exit.void))
  }
}
