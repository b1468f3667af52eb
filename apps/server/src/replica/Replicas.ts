/**
 * Libraries that the server may read, as library files: made of what devices pushed, one at a time, in a thread of their own;
 * read in another. A question waits a while for a library that is being made, and is then told how far it is.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { type Problem, problem } from "../api/Problem.js"
import type { KeptLibrary } from "../control/Libraries.js"
import { isLibraryPart } from "../library/SqliteFiles.js"
import type { Kept as Keeping } from "../library/shelfAt.js"
import type { Answer, Brought, Change, Changed, Facts, Progress, Proven, ResultOf } from "./Messages.js"
import type { Question } from "./Question.js"
import type { Losses, LossesSince, Week } from "./Survey.js"
import { Spoilt, startThread } from "./Thread.js"
import type { Tidied } from "./tidyFiles.js"

interface Asking {
  readonly library: KeptLibrary
  readonly question: Question
  /** Of which device; without it of the one that pushed last. */
  readonly line?: string | undefined
  /** How long it may wait for the library to be made ready. */
  readonly waitMs: number
  readonly proven: Facts["proven"]
  readonly onProgress?: (progress: Progress) => void
}

export interface Told extends Answer {
  readonly line: string
}

/** Libraries that can be asked. */
export interface Replicas {
  readonly ask: (asking: Asking) => Effect.Effect<Told, Problem>
  /** Does something to a library that is written here; fails with `HomeElsewhere` for any other. */
  readonly change: <C extends Change>(
    library: KeptLibrary,
    change: C,
    onProgress?: (progress: Progress) => void
  ) => Effect.Effect<Changed<ResultOf<C["_tag"]>>, Problem>
  /** Makes a library again of all that came, and throws it away. */
  readonly prove: (library: string) => Effect.Effect<Proven, Problem>
  /** Merges the small files that devices pushed into a library; with `reclaim` lets go of what its policy does not keep. */
  readonly tidy: (library: string, options: { readonly reclaim: boolean }) => Effect.Effect<Tidied, Problem>
  /** What is gone of a library since a look; `undefined` where nothing came yet. */
  readonly losses: (
    library: string,
    since: LossesSince | undefined
  ) => Effect.Effect<Losses | undefined, Problem>
  /** What a digest tells of a library, from a time on. */
  readonly week: (library: string, from: number) => Effect.Effect<Week | undefined, Problem>
  /** Another text as soon as anything was written that answers of a library depend on; `undefined` where that is not known. */
  readonly mark: (library: KeptLibrary) => string | undefined
  /** Something came into a library, or went. */
  readonly changed: (library: string) => void
  /** Closes all that was made of a library, when nothing is made of it any more. */
  readonly forget: (library: string) => Effect.Effect<void>
  /** How many are made, and up to date. */
  readonly count: () => number
  /** How often a copy was there when somebody asked, and how often it was made. */
  readonly copies: () => { readonly found: number; readonly made: number }
  /** When the copy of a library was used last, in epoch milliseconds; 0 when it was not since the server began. */
  readonly usedAt: (library: string) => number
  /** Removes the copy of a library, which is made again when somebody asks. False when somebody uses it, or something of it is nowhere else. */
  readonly drop: (library: KeptLibrary) => Effect.Effect<boolean, Problem>
}

/** How often a library is made for one question: others may let it go meanwhile, as often as they change it. */
const mostTries = 3

const isSpoilt = (error: unknown): error is Spoilt => error instanceof Spoilt

/** A library on its way, or there, as it was after so many changes. */
interface Kept {
  readonly changes: number
  readonly fiber: Fiber.RuntimeFiber<Brought, Problem>
  progress: Progress
}

/** What is known of the lines of one library, by `library/line`. */
const linesOf = <A>(all: ReadonlyMap<string, A>, library: string): ReadonlyArray<readonly [string, A]> =>
  [...all].filter(([key]) => key.startsWith(`${library}/`))

const fileOf = ({ fiber }: Kept): string | undefined => {
  const ended = fiber.unsafePoll()
  return ended !== null && Exit.isSuccess(ended) ? ended.value.file : undefined
}

/** Positions and numbers of backups are those of one device. */
const isOfOneDevice = (at: string | undefined): boolean => at !== undefined && /^(?:@\d+|b\d+)$/i.test(at)

const moments = (question: Question): ReadonlyArray<string | undefined> => {
  if (question._tag === "Difference") return [question.from, question.to]
  if (question._tag === "Backup") return [question.backup]
  return "at" in question ? [question.at] : []
}

export const makeReplicas = (
  keeping: Keeping,
  program: URL,
  onFault: (text: string) => void
): Effect.Effect<Replicas, never, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = path.join(keeping.data, "replicas")
    // What a server made before this one may not be whole; it is made again when somebody asks.
    yield* Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
    const scope = yield* Effect.scope
    const makers = yield* startThread(program, keeping, onFault)
    const readers = yield* startThread(program, keeping, onFault)
    const changes = new Map<string, number>()
    const kept = new Map<string, Kept>()
    const files = new Map<string, string>()
    const copies = { found: 0, made: 0 }
    const used = new Map<string, number>()
    /** How many ask a library now. */
    const askers = new Map<string, number>()

    /** A file that has taken the place of another: nobody reads that one any more, in whatever way it was asked for. */
    const noteFile = (library: string, { file, line }: Brought, made: () => Kept) =>
      Effect.suspend(() => {
        const before = files.get(`${library}/${line}`)
        files.set(`${library}/${line}`, file)
        if (before === undefined || before === file) return Effect.void
        for (const [key, one] of linesOf(kept, library)) if (fileOf(one) === before) kept.set(key, made())
        return Effect.ignore(readers.call({ _tag: "Close", file: before }))
      })

    const spoiltIsFault = <A, E>(effect: Effect.Effect<A, E | Spoilt>) =>
      Effect.catchIf(
        effect,
        (error): error is Extract<E | Spoilt, Spoilt> => isSpoilt(error),
        () => Effect.fail(problem("InternalFault"))
      )

    /** What is being made, or was, for a library as it is now. */
    const bringing = (library: string, line: string | undefined) =>
      Effect.gen(function* () {
        const key = `${library}/${line ?? ""}`
        const now = changes.get(library) ?? 0
        const known = kept.get(key)
        if (known === undefined) copies.made++
        else copies.found++
        if (known !== undefined && known.changes === now) return known
        const one = { progress: { step: "wait", done: 0, total: 0 } }
        const work = makers.call({ _tag: "Bring", library, line }, (progress) => {
          one.progress = progress
        })
        const brought = Effect.map(spoiltIsFault(work), (value) => value as Brought)
        const fiber = yield* brought.pipe(
          Effect.tap((found) => noteFile(library, found, () => made)),
          // What failed is tried again by the next who asks.
          Effect.onError(() => Effect.sync(() => kept.get(key) === made && kept.delete(key))),
          Effect.forkIn(scope)
        )
        const made: Kept = Object.assign(one, { changes: now, fiber })
        kept.set(key, made)
        return made
      })

    const ready = ({ library, line, waitMs }: Asking) =>
      Effect.gen(function* () {
        const one = yield* bringing(library.id, line)
        return yield* Fiber.join(one.fiber).pipe(
          Effect.timeoutFail({
            duration: waitMs,
            onTimeout: () => problem("Opening", { progress: one.progress })
          })
        )
      })

    /** Makes a library again whose file is not what it was made as, unless another has its place already. */
    const again = (library: string, { file, line }: Brought) =>
      Effect.gen(function* () {
        if (files.get(`${library}/${line}`) !== file) return
        yield* spoiltIsFault(makers.call({ _tag: "Discard", library, line }))
        changes.set(library, (changes.get(library) ?? 0) + 1)
      })

    const read = (asking: Asking, tries = mostTries): Effect.Effect<Told, Problem> =>
      Effect.gen(function* () {
        const { library, question, line, proven } = asking
        const brought = yield* ready(asking)
        const { devices } = brought
        if (line === undefined && devices.length > 1 && moments(question).some(isOfOneDevice))
          return yield* Effect.fail(problem("SeveralDevices", { devices }))
        const now = yield* Clock.currentTimeMillis
        const facts: Facts = {
          ...{ ...brought, library: library.id, used: library.used, now, proven, home: "device" },
          hasArrived: true,
          outbox: path.join(folder, library.id, "exports")
        }
        const answer = readers.call({ _tag: "Read", question, facts }, asking.onProgress)
        return yield* Effect.catchIf(
          Effect.map(answer, (value) => ({ ...(value as Answer), line: brought.line })),
          isSpoilt,
          () =>
            tries > 1
              ? Effect.zipRight(again(library.id, brought), read(asking, tries - 1))
              : Effect.zipRight(
                  Effect.sync(() => onFault("a copy of a library was made again, and is not as it was made")),
                  Effect.fail(problem("InternalFault"))
                )
        )
      })

    const countAskers = (library: string, more: number) =>
      Effect.sync(() => {
        used.set(library, Date.now())
        const now = (askers.get(library) ?? 0) + more
        if (now === 0) askers.delete(library)
        else askers.set(library, now)
      })

    const forget: Replicas["forget"] = (library) =>
      Effect.gen(function* () {
        // Who asks from now on waits for another.
        for (const [key] of linesOf(kept, library)) kept.delete(key)
        const before = linesOf(files, library)
        // Those that make do one thing after the other: what was begun has ended then.
        yield* Effect.ignore(makers.call({ _tag: "Discard", library, line: undefined }))
        for (const [key, file] of before) {
          if (files.get(key) === file) files.delete(key)
          yield* Effect.ignore(readers.call({ _tag: "Close", file }))
        }
      })

    return {
      forget,
      ask: (asking) => {
        const { id, sealed } = asking.library
        if (sealed === 1) return Effect.fail(problem("Sealed"))
        return Effect.acquireUseRelease(
          countAskers(id, 1),
          () => read(asking),
          () => countAskers(id, -1)
        )
      },
      change: () => Effect.fail(problem("HomeElsewhere")),
      prove: (library) =>
        Effect.map(spoiltIsFault(makers.call({ _tag: "Prove", library })), (value) => value as Proven),
      tidy: (library, { reclaim }) =>
        Effect.map(
          spoiltIsFault(makers.call({ _tag: "Tidy", library, reclaim })),
          (value) => value as Tidied
        ),
      losses: (library, since) =>
        Effect.map(
          spoiltIsFault(makers.call({ _tag: "Losses", library, since })),
          (value) => value as Losses | undefined
        ),
      week: (library, from) =>
        Effect.map(
          spoiltIsFault(makers.call({ _tag: "Week", library, from })),
          (value) => value as Week | undefined
        ),
      mark: ({ id }) => String(changes.get(id) ?? 0),
      changed: (library) => void changes.set(library, (changes.get(library) ?? 0) + 1),
      count: () => files.size,
      copies: () => copies,
      usedAt: (library) => used.get(library) ?? 0,
      drop: ({ id }) =>
        Effect.gen(function* () {
          // Who waited for it to be made may have gone: it is made all the same.
          const isMade = linesOf(kept, id).every(([, { fiber }]) => fiber.unsafePoll() !== null)
          if (!isMade || askers.has(id)) return false
          const parts = path.join(folder, id)
          const there = fs.existsSync(parts)
            ? fs.readdirSync(parts).filter((name) => isLibraryPart(name))
            : []
          used.delete(id)
          yield* forget(id)
          // Who asked meanwhile has another file: no name comes twice.
          for (const name of there)
            yield* Effect.sync(() => fs.rmSync(path.join(parts, name), { force: true }))
          return true
        })
    }
  })
