/** One run of `whiteroom`: words in, exit code out. */
import { AmbiguousName, ExitCode, shortened } from "@white-room/core"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { askLine } from "./command/askLine.js"
import type { Cli, OnServer, Run } from "./command/Cli.js"
import type { Invocation } from "./command/Define.js"
import { openLibraryAt } from "./command/openLibraryAt.js"
import { type CliFailure, failureOf, interrupted, notConfirmed, notWritten } from "./error/CliError.js"
import { Answered, parse } from "./Grammar.js"
import { learnNames } from "./learnNames.js"
import { chooseOne } from "./restore/OldVersions.js"
import { withToken } from "./secret/withToken.js"
import { byIdOnly } from "./select/Names.js"
import { onServer, openOnServer, refuseOnServer } from "./select/ServerLibrary.js"
import { readConfig } from "./settings/Config.js"
import { checkCacheFolder, libraryPath, unknownZone } from "./settings/Environment.js"
import { pointOn } from "./setup/pointOn.js"
import { printable, quoted } from "./terminal/Harmless.js"
import { Output } from "./terminal/Output.js"
import { processStreams } from "./terminal/Stream.js"
import { count } from "./terminal/Text.js"

/** Ctrl-C ends the fiber in an orderly way, except while the library works: see `Cli.work`. */
class Interrupts {
  private onInterrupt: (() => void) | undefined

  listen(fiber: Fiber.RuntimeFiber<unknown, unknown>): void {
    this.onInterrupt = () => Effect.runFork(Fiber.interrupt(fiber))
    process.on("SIGINT", this.onInterrupt)
  }

  stop(): void {
    if (this.onInterrupt !== undefined) process.off("SIGINT", this.onInterrupt)
  }

  resume(): void {
    if (this.onInterrupt !== undefined) process.on("SIGINT", this.onInterrupt)
  }
}

/**
 * A turn of the event loop, in which a Ctrl-C that came while the library worked is noticed: who interrupted the making
 * of a plan does not want it carried out.
 */
const turn = Effect.async<void>((resume) => {
  setImmediate(() => setImmediate(() => resume(Effect.void)))
})

const stopSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const

/** What does not stop by then is cut off: nothing in a library is lost by that. */
const longestStop = 4500

/** Succeeds with the signal that asks the program to stop. */
const stopSignal = Effect.async<string>((resume) => {
  const stop = (signal: string) => {
    setTimeout(() => process.exit(ExitCode.done), longestStop).unref()
    resume(Effect.succeed(signal))
  }
  for (const signal of stopSignals) process.once(signal, stop)
  return Effect.sync(() => {
    for (const signal of stopSignals) process.off(signal, stop)
  })
})

interface Options {
  readonly yes: boolean
  readonly dryRun: boolean
}

const makeCli = (
  out: Output,
  env: Cli["env"],
  path: string,
  server: OnServer | undefined,
  alone: boolean,
  options: Options,
  interrupts: Interrupts
): Cli => {
  const interactive = !out.json && process.stderr.isTTY === true && process.stdin.isTTY === true
  const cli: Cli = {
    out,
    env,
    path,
    server,
    alone,
    yes: options.yes,
    dryRun: options.dryRun,
    interactive,
    now: () => new Date(),
    open: Effect.suspend(() =>
      server === undefined ? openLibraryAt(path, alone) : openOnServer(cli, server)
    ),
    work: (call) =>
      out.progress((report) =>
        Effect.zipRight(
          turn,
          Effect.acquireUseRelease(
            Effect.sync(() => interrupts.stop()),
            () => call(report),
            () => Effect.sync(() => interrupts.resume())
          )
        )
      ),
    untilStopped: (work) =>
      Effect.acquireUseRelease(
        Effect.sync(() => interrupts.stop()),
        // The signals first: what stops it before they are heard would kill it.
        () => Effect.raceFirst(stopSignal, work),
        () => Effect.sync(() => interrupts.resume())
      ),
    ask: (question) => Effect.map(askLine(out, question), (answer = "") => answer),
    askOrEnd: (question) => askLine(out, question),
    done: (fields, render) =>
      out.done({ message_type: "summary", dryRun: options.dryRun || undefined, ...fields }, render),
    confirm: (question, what) =>
      Effect.gen(function* () {
        if (options.yes) return yield* turn
        if (!interactive)
          return yield* notConfirmed(
            `${what} must be confirmed.`,
            "Run it again in a terminal, or with --yes."
          )
        const answer = yield* cli.ask(`${question} [y/N] `)
        if (/^y(?:es)?$/i.test(answer)) return
        return yield* notConfirmed(`${what} was not confirmed.`, "Run it again and answer y to do it.")
      })
  }
  return cli
}

/** What failed, as it is. */
const runEffect = async <A>(effect: Effect.Effect<A, CliFailure>): Promise<A> => {
  const result = await Effect.runPromise(Effect.either(effect))
  if (Either.isLeft(result)) throw result.left
  return result.right
}

/** The words with the id of the one that is meant in place of a name that fits several; `undefined`: nobody said. */
const withOneMeant = async (
  cli: Cli,
  words: ReadonlyArray<string>,
  { kind, name, candidates }: AmbiguousName
): Promise<ReadonlyArray<string> | undefined> => {
  const at = words.indexOf(name)
  if (!cli.interactive || at < 0 || candidates.length > mostOffered) return undefined
  cli.out.message(
    [
      `${printable(name)} fits ${count(candidates.length, kind)}:`,
      ...candidates.map(
        (each, n) =>
          `${String(n + 1).padStart(3)}  ${printable(each.name)}  ${each.updatedAt}  ${printable(each.id)}`
      )
    ].join("\n")
  )
  const meant = await Effect.runPromise(chooseOne(cli, candidates, "Which one?"))
  return meant && words.toSpliced(at, 1, byIdOnly(meant.id))
}

/** Of more, nobody finds the right one in a list. */
const mostOffered = 20

/** The exit code; or other words, when a person said which of several was meant. Nothing was changed until then. */
const runToEnd = async (
  invocation: Invocation,
  cli: Cli,
  interrupts: Interrupts,
  words: ReadonlyArray<string>
): Promise<number | ReadonlyArray<string>> => {
  const fiber = Effect.runFork(Effect.scoped(invocation.run(cli)))
  interrupts.listen(fiber)
  const exit = await Effect.runPromise(Fiber.await(fiber))
  interrupts.stop()
  if (Exit.isSuccess(exit)) return exit.value
  const error = Cause.isInterruptedOnly(exit.cause) ? interrupted : Cause.squash(exit.cause)
  const meant = error instanceof AmbiguousName ? await withOneMeant(cli, words, error) : undefined
  if (meant !== undefined) return meant
  const failure = await pointOn(cli, error)
  cli.out.fail(failure, error)
  return failure.code
}

/** What the words say of the output, for when they cannot be understood otherwise. */
const roughOptions = (words: ReadonlyArray<string>) => {
  const end = words.indexOf("--")
  const options = end < 0 ? words : words.slice(0, end)
  const has = (...names: ReadonlyArray<string>) => options.some((word) => names.includes(word))
  return { json: has("--json"), quiet: has("-q", "--quiet"), verbose: has("-v", "--verbose") }
}

type Said = ReturnType<typeof roughOptions>

/** Does what the words ask for; gives the exit code. */
const perform = async (
  words: ReadonlyArray<string>,
  alone: boolean,
  makeOutput: (options: Said) => Output
): Promise<number> => {
  let out = makeOutput(roughOptions(words))
  await learnNames(words, process.env)
  try {
    const {
      run: command,
      onServer: reads,
      library,
      tokenFile,
      json,
      quiet,
      verbose,
      ...options
    } = parse(words, { colours: out.coloured, width: out.width })
    out = makeOutput({ json, quiet, verbose })
    checkCacheFolder(process.env)
    const zone = unknownZone(process.env)
    if (zone !== undefined)
      out.message(`TZ=${quoted(shortened(zone))} is not a time zone known here: times are those of UTC.`)
    const interrupts = new Interrupts()
    const server = await runEffect(onServer(library ?? process.env.WHITEROOM_LIBRARY, process.env))
    const path = server?.name ?? libraryPath(library, process.env, readConfig(process.env))
    const env = await runEffect(withToken(process.env, tokenFile))
    const cli = makeCli(out, env, path, server, alone, options, interrupts)
    const run: Run =
      server === undefined || reads === true ? command : (refused) => refuseOnServer(refused, server)
    const end = await runToEnd({ run }, cli, interrupts, words)
    return typeof end === "number" ? end : await perform(end, alone, makeOutput)
  } catch (error) {
    if (error instanceof Answered) {
      out.printOwn(error.text)
      return ExitCode.done
    }
    const failure = failureOf(error)
    out.fail(failure, error)
    return failure.code
  }
}

/** `alone`: nothing else runs in this process. */
export const run = async (words: ReadonlyArray<string>, alone = false): Promise<number> => {
  const streams = processStreams()
  const { stdout, stderr } = streams
  let out: Output | undefined
  // Said at once: a daemon may run for weeks after its log is full.
  stdout.onClosed(() => {
    if (stdout.lost !== undefined) out?.fail(notWritten(stdout.lost), undefined)
  })
  const code = await perform(words, alone, (options) => {
    out = new Output(options, streams, process.env)
    return out
  })
  await out?.end()
  await stdout.end()
  await stderr.end()
  return code === ExitCode.done && (stdout.lost ?? stderr.lost) !== undefined ? ExitCode.failed : code
}
