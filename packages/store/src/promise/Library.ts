/// <reference lib="esnext.disposable" preserve="true" />
/** The Promise door: `openLibrary`, and the library it gives. */
import {
  Closed,
  checkOptions,
  type EventType,
  InvalidInput,
  type LoggedEvent,
  type Subject
} from "@white-room/core"
import type { OpenedImport as EffectImport } from "../import/Import.js"
import type { ImportOptions } from "../import/openSources.js"
import type { Imports } from "../library/Imports.js"
import type { Library as EffectLibrary } from "../library/Library.js"
import type { Log } from "../library/Log.js"
import type { sessionOf } from "../session/Session.js"
import { checkCall, checkControl } from "./CallChecks.js"
import { type CallPath, type Calls, localCalls } from "./Calls.js"
import { type FollowOptions, follow } from "./follow.js"
import { formerNames } from "./formerNames.js"
import type { Abortable, Promised } from "./Promised.js"
import { surface } from "./surface.js"
import { workerCalls } from "./workerCalls.js"

export interface OpenLibraryOptions {
  /** True: makes an empty library when there is no file. Otherwise no file is ever created. Default false. */
  readonly create?: boolean
  /** Who writes, as the log is to say. Default: `user@host`. */
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

export interface ChangesOptions extends FollowOptions {
  /** Begin after this position. Default: only what happens from now on. */
  readonly since?: number
}

/** What was found in files that are to be brought in; `close` it, or use `await using`. */
export interface OpenedImport
  extends Omit<EffectImport, "plan" | "apply" | "problems" | "warnings">,
    Promised<Pick<EffectImport, "plan" | "apply">>,
    AsyncDisposable {
  /** Files, or things in them, that could not be taken. */
  readonly problems: ReadonlyArray<{ readonly file: string; readonly reason: string }>
  /** What was in files and has no place. */
  readonly warnings: ReadonlyArray<{ readonly file: string; readonly reason: string }>
  /** Lets go of what was decrypted and copied. The library's `close` does it too. */
  readonly close: () => Promise<void>
}

/**
 * A library, open. Everything is as in the Effect door, with Promises; what failed rejects with a `WhiteRoomError`.
 * Long calls take `{ signal, onProgress }`.
 */
export interface Library
  extends Omit<Promised<Omit<EffectLibrary, typeof sessionOf>>, "log" | "imports">,
    AsyncDisposable {
  readonly log: Promised<Omit<Log, "follow">> & {
    /** Events after a position, as they come, as those of `next`. Goes on like `changes`. */
    readonly follow: (after?: number, options?: FollowOptions) => AsyncIterableIterator<LoggedEvent>
  }
  readonly imports: Promised<Omit<Imports, "open">> & {
    /**
     * Opens files to be brought in, as the Effect door does, until it is closed. In a worker, `keys` cannot be a
     * function.
     */
    readonly open: (
      paths: ReadonlyArray<string>,
      options?: ImportOptions & Abortable
    ) => Promise<OpenedImport>
  }
  /**
   * Changes as they come, those of other processes and of programs that write plain SQL included. Goes on until
   * the loop is left, the signal is aborted or the library is closed.
   */
  readonly changes: (options?: ChangesOptions) => AsyncIterableIterator<LibraryChange>
  /** Lets running calls end, then closes the file. Calls after that are rejected. */
  readonly close: () => Promise<void>
}

/** Counts calls, so that the file is closed after the last and none comes after that. */
class Gate {
  private readonly running = new Set<Promise<unknown>>()
  private closing: Promise<void> | undefined

  constructor(private readonly calls: Calls) {}

  get closed(): boolean {
    return this.closing !== undefined
  }

  call = (path: CallPath, given: ReadonlyArray<unknown>): Promise<unknown> => {
    const done = this.begin(path, given)
    const noted = done.then(
      () => undefined,
      () => undefined
    )
    this.running.add(noted)
    void noted.then(() => this.running.delete(noted))
    return done
  }

  private async begin(path: CallPath, given: ReadonlyArray<unknown>): Promise<unknown> {
    if (this.closed) throw new Closed({ what: this.calls.path })
    const [args, control] = checkCall(path[0], path[1], given)
    return await this.calls.call(path, args, control)
  }

  close = (): Promise<void> => {
    this.closing ??= Promise.all(this.running).then(() => this.calls.close())
    return this.closing
  }
}

type Method = (...args: ReadonlyArray<unknown>) => Promise<unknown>

/** What can be called of a library as it is: everything but what has a form of its own here. */
type Plain = Promised<
  Omit<EffectLibrary, "log" | "imports" | typeof sessionOf> & {
    readonly log: Omit<Log, "follow">
    readonly imports: Omit<Imports, "open">
  }
>

const plain = (gate: Gate, path: string): Plain => {
  const services = Object.entries(surface).map(([service, calls]) => {
    const method =
      (call: string): Method =>
      (...args) =>
        gate.call([service, call], args)
    const methods = Object.keys(calls).map((call) => [call, method(call)] as const)
    const former = Object.entries(formerNames[service] ?? {}).map(
      ([name, call]) => [name, method(call)] as const
    )
    return [service, Object.fromEntries([...former, ...methods])] as const
  })
  // The surface has every name that the type has: the compiler says so there.
  return { path, ...Object.fromEntries(services) } as unknown as Plain
}

const openImport =
  (gate: Gate): Library["imports"]["open"] =>
  async (...args) => {
    const { number, found } = (await gate.call(["imports", "open"], args)) as {
      readonly number: number
      readonly found: Omit<OpenedImport, "plan" | "apply" | "close" | typeof Symbol.asyncDispose>
    }
    const method =
      (name: string): Method =>
      (...given) =>
        gate.call(["opened", name, number], given)
    const calls = { plan: method("plan"), apply: method("apply") } as Pick<OpenedImport, "plan" | "apply">
    const close = async () => {
      if (!gate.closed) await method("close")()
    }
    return { ...found, ...calls, close, [Symbol.asyncDispose]: close }
  }

const changeOf = (event: LoggedEvent): LibraryChange => {
  const { position, type, subject, id, version, actor, recordedAt, commandId } = event
  return { position, type, subject, id, version, actor, recordedAt: new Date(recordedAt), commandId }
}

const changesOptions: { readonly [K in keyof Required<ChangesOptions>]: true } = {
  since: true,
  signal: true,
  interval: true
}

const openOptions: { readonly [K in keyof Required<OpenLibraryOptions>]: true } = {
  create: true,
  actor: true,
  worker: true
}

async function* changesOf(
  log: Pick<Library["log"], "head" | "follow">,
  wanted: ChangesOptions
): AsyncGenerator<LibraryChange, void, undefined> {
  checkOptions("changes", changesOptions, wanted)
  checkControl("changes", { signal: wanted.signal })
  const { since, ...options } = wanted
  options.signal?.throwIfAborted()
  const after = since ?? (await log.head()).position
  for await (const event of log.follow(after, options)) yield changeOf(event)
}

/**
 * Opens the library at `path`. Never creates a file unless told to, and never migrates. Rejects with
 * `LibraryNotFound`, `NotALibrary`, `LibraryTooNew` or `LibraryDamaged`.
 *
 * @example
 * ```ts
 * import { openLibrary } from "@white-room/store/promise"
 *
 * await using library = await openLibrary("library.db", { create: true })
 * await library.backups.take({ description: "before the tour" })
 * ```
 */
export const openLibrary = async (path: string, options: OpenLibraryOptions = {}): Promise<Library> => {
  checkOptions("openLibrary", openOptions, options)
  if (typeof path !== "string") throw new InvalidInput({ field: "path", reason: "it is not a text" })
  const { create = false, worker = false, ...more } = options
  const request = { path, create, ...more }
  const calls = await (worker === false
    ? localCalls(request)
    : workerCalls(request, worker === true ? undefined : worker))
  const gate = new Gate(calls)
  const { log, imports, ...rest } = plain(gate, calls.path)
  const following = {
    ...log,
    follow: (after = 0, wanted: FollowOptions = {}) => follow(log.next, after, wanted, () => gate.closed)
  }
  return {
    ...rest,
    log: following,
    imports: { ...imports, open: openImport(gate) },
    changes: (wanted = {}) => changesOf(following, wanted),
    close: gate.close,
    [Symbol.asyncDispose]: gate.close
  }
}
