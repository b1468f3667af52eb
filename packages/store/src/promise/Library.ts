/// <reference lib="esnext.disposable" preserve="true" />
/** The Promise door: `openLibrary`, and the library it gives. */
import type { EventType, Subject } from "@white-room/core"
import type * as Effects from "../Library.js"
import type { sessionOf } from "../library/Session.js"
import { type CallControl, type Calls, localCalls } from "./Calls.js"
import { changesOf } from "./changes.js"
import type { Promised } from "./Promised.js"
import { workerCalls } from "./workerCalls.js"

export interface OpenLibraryOptions {
  /** True: makes an empty library when there is no file. Otherwise no file is ever created. Default false. */
  readonly create?: boolean
  /** Who writes, as the log shall say. Default: `user@host`. */
  readonly actor?: string
  /**
   * True: the library lives in a thread of its own, and long work does not hold up this one. A bundled program says
   * where it put the worker's program, unless that is `worker.js` beside the bundle. Default false.
   */
  readonly worker?: boolean | URL
}

/** Something that happened to the library, as its log has it. */
export interface LibraryChange {
  /** Its place in the log: 1, 2, 3 … */
  readonly position: number
  readonly type: EventType
  /** What it is about, and the id of that. */
  readonly subject: Subject
  readonly id: string
  /** Of that song, performance …: 1, 2, 3 … */
  readonly version: number
  /** `external`: another program, by plain SQL. */
  readonly actor: string
  readonly recordedAt: Date
  /** The same for all changes that were written as one. */
  readonly commandId: string
}

export interface ChangesOptions {
  /** Begin after this position. Default: only what happens from now on. */
  readonly since?: number
  /** Ends the iteration, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds between two looks at the file while nothing happens. Default 250. */
  readonly interval?: number
}

/**
 * A library, open. Everything is as in the Effect door, with Promises; what failed rejects with a `WhiteRoomError`.
 * Long calls take `{ signal, onProgress }`.
 */
export interface Library
  extends Promised<Omit<Effects.Library, "follow" | "openImport" | typeof sessionOf>>,
    AsyncDisposable {
  /**
   * Changes as they come, those of other processes and of programs that write plain SQL included. Goes on until
   * the loop is left, the signal is aborted or the library is closed.
   */
  readonly changes: (options?: ChangesOptions) => AsyncIterableIterator<LibraryChange>
  /** Lets running calls end, then closes the file. Calls after that are rejected. */
  readonly close: () => Promise<void>
}

/** Takes `signal` and `onProgress` out of options, which other than these can be sent to a worker. */
const separate = (args: ReadonlyArray<unknown>): readonly [ReadonlyArray<unknown>, CallControl] => {
  const last = args.at(-1)
  if (typeof last !== "object" || last === null || !("signal" in last || "onProgress" in last))
    return [args, {}]
  const { signal, onProgress, ...options } = last as CallControl
  return [[...args.slice(0, -1), options], { signal, onProgress }]
}

/** Counts calls, so that the file is closed after the last and none comes after that. */
class Gate {
  private readonly running = new Set<Promise<unknown>>()
  private closing: Promise<void> | undefined

  constructor(private readonly calls: Calls) {}

  get closed(): boolean {
    return this.closing !== undefined
  }

  call = (path: ReadonlyArray<string>, given: ReadonlyArray<unknown>): Promise<unknown> => {
    if (this.closed) return Promise.reject(new Error(`${this.calls.surface.path} is closed.`))
    const [args, control] = separate(given)
    const done = this.calls.call(path, args, control)
    const noted = done.then(
      () => undefined,
      () => undefined
    )
    this.running.add(noted)
    void noted.then(() => this.running.delete(noted))
    return done
  }

  close = (): Promise<void> => {
    this.closing ??= Promise.all(this.running).then(() => this.calls.close())
    return this.closing
  }
}

type Method = (...args: ReadonlyArray<unknown>) => Promise<unknown>

const methods = (gate: Gate, names: ReadonlyArray<string>, service: ReadonlyArray<string> = []) =>
  names.map((name): [string, Method] => [name, (...args) => gate.call([...service, name], args)])

/**
 * Opens the library at `path`. Never creates a file unless told to, and never migrates. Rejects with
 * `LibraryNotFound`, `NotALibrary`, `LibraryTooNew` or `LibraryDamaged`.
 *
 * @example
 * ```ts
 * import { openLibrary } from "@white-room/store/promise"
 *
 * await using library = await openLibrary("library.db", { create: true })
 * await library.backups.createBackup({ description: "before the tour" })
 * ```
 */
export const openLibrary = async (path: string, options: OpenLibraryOptions = {}): Promise<Library> => {
  const { create = false, worker = false, ...rest } = options
  const request = { path, create, ...rest }
  const calls = await (worker === false
    ? localCalls(request)
    : workerCalls(request, worker === true ? undefined : worker))
  const gate = new Gate(calls)
  const { surface } = calls
  const members = {
    path: surface.path,
    ...Object.fromEntries(methods(gate, surface.calls)),
    ...Object.fromEntries(
      surface.services.map(([name, names]) => [name, Object.fromEntries(methods(gate, names, [name]))])
    )
  }
  // The surface is that of a library: every name that its type has.
  const library = members as unknown as Omit<Library, "changes" | "close" | typeof Symbol.asyncDispose>
  return {
    ...library,
    changes: (wanted = {}) => changesOf(library, wanted, () => gate.closed),
    close: gate.close,
    [Symbol.asyncDispose]: gate.close
  }
}
