import { ExitCode } from "@white-room/core"
import type { Cli } from "../command/Cli.js"
import type { Outputs } from "../schema/outputs.js"
import type { SummaryFields } from "../terminal/Output.js"

interface Handed {
  readonly before?: string | undefined
  /** What is passed on. */
  readonly data: string
  readonly after?: string | undefined
}

/**
 * Tells people of links that were made: those are data, so that they can go into a file or to another program, and what is said about them
 * is not. They are told once and are nowhere else.
 */
export const handOut = <S extends Outputs["server-invite"] | Outputs["server-leave"]>(
  cli: Cli,
  summary: SummaryFields<S>,
  { before, data, after }: Handed
): typeof ExitCode.done => {
  if (cli.out.json) cli.done<S>(summary, () => "")
  else {
    if (before !== undefined) cli.out.message(before)
    if (data !== "") cli.out.printLines(data)
    if (after !== undefined) cli.out.message(after)
  }
  return ExitCode.done
}
