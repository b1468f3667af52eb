/** What can go wrong in the face itself, in the form of a `WhiteRoomError`: what happened, and what to do next. */
import { ExitCode, isWhiteRoomError, memoryFault, type WhiteRoomError } from "@white-room/core"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

/** `_tag` is its name in `--json`, `code` the exit code. */
export interface Failure {
  readonly _tag: string
  readonly code: number
  readonly message: string
  readonly recovery: string
}

/** To be thrown, or yielded in an Effect. */
export class CliError
  extends Data.Error<{
    /** Its own, or that of the error that it tells in other words. */
    readonly _tag: string
    readonly code: number
    readonly message: string
    readonly recovery: string
  }>
  implements Failure {}

/** Arguments or an environment that cannot be meant. */
export const badUsage = (message: string, recovery: string): CliError =>
  new CliError({ _tag: "BadUsage", code: ExitCode.usage, message, recovery })

/** The same where something could have been changed, and was not. */
export const refusal = (message: string, recovery: string): CliError =>
  badUsage(`${message} Nothing was changed.`, recovery)

/** The person said no, or there was nobody to ask. */
export const notConfirmed = (message: string, recovery: string): CliError =>
  new CliError({
    _tag: "NotConfirmed",
    code: ExitCode.usage,
    message: `${message} Nothing was changed.`,
    recovery
  })

/** What was asked for could not be written to stdout. What the command did is done. */
export const notWritten = (reason: string): CliError =>
  new CliError({
    _tag: "OutputLost",
    code: ExitCode.failed,
    message: `The output could not be written in full: ${reason}. What the command did to the library is done.`,
    recovery:
      "Make room where the output goes, or send it elsewhere, and ask again: `whiteroom status`, `whiteroom list`."
  })

export const interrupted = new CliError({
  _tag: "Interrupted",
  code: ExitCode.interrupted,
  message: "Interrupted. What was not finished was undone; everything saved before is intact.",
  recovery: "Run it again when you are ready: what is done already is not done twice."
})

/** An error of the second step of a command: it must not say that nothing was changed, as the first step stands. */
export const inSecondStep =
  (stands: string) =>
  ({ _tag, code, message, recovery }: Failure): CliError =>
    new CliError({
      _tag,
      code,
      message: `${message.replace(/ Nothing was changed\.$/, "")} ${stands}`,
      recovery
    })

export type CliFailure = CliError | WhiteRoomError

const isCliFailure = (error: unknown): error is CliFailure =>
  error instanceof CliError || isWhiteRoomError(error)

/** A plain function that throws our errors, as an Effect that fails with them; anything else it throws is a defect. */
export const attempt = <A>(body: () => A): Effect.Effect<A, CliFailure> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(body())
    } catch (error) {
      return isCliFailure(error) ? Effect.fail(error) : Effect.die(error)
    }
  })

/** Any error as one of ours; what is not one is a fault of this program, and says so. */
export const failureOf = (error: unknown): Failure => {
  if (isCliFailure(error)) return error
  const memory = memoryFault(error)
  if (memory !== undefined) return memory
  return {
    _tag: "Defect",
    code: ExitCode.failed,
    message: `whiteroom itself failed: ${error instanceof Error ? error.message : String(error)}. What was not finished was undone.`,
    recovery:
      "Please report this with the output of the same command and --verbose; `whiteroom check` tells whether all is well."
  }
}
