/**
 * Where everything a command says goes: data to stdout, all else to stderr; text for people or JSON for scripts;
 * colours and progress only where there is a terminal.
 */
import { ExitCode, type OnProgress } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Failure } from "../error/CliError.js"
import { makeProgress } from "./Progress.js"
import { type Paint, paintFor } from "./paintFor.js"
import { type Column, type Field, fieldList, table } from "./Table.js"
import { printableLines } from "./Text.js"

export interface OutputOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
}

/** The last line a command that does something prints for scripts. */
export interface Summary {
  readonly message_type: "summary"
  readonly dryRun?: true | undefined
}

/** What a command itself says in a summary. */
export type SummaryFields<S> = S extends Summary ? Omit<S, keyof Summary> : never

/** Some terminals do not know their width; very narrow ones wrap. */
const columnsOf = ({ columns }: NodeJS.WriteStream): number => Math.max(40, columns || 80)

export class Output {
  /** Colours for stdout and for stderr. */
  readonly paint: Paint
  readonly paintMessages: Paint
  private closed = false

  constructor(
    readonly options: OutputOptions,
    private readonly stdout: NodeJS.WriteStream,
    private readonly stderr: NodeJS.WriteStream,
    env: NodeJS.ProcessEnv
  ) {
    this.paint = paintFor(stdout, env)
    this.paintMessages = paintFor(stderr, env)
    // `whiteroom list | head` closes the pipe early; what the command does goes on.
    stdout.on("error", () => {
      this.closed = true
    })
    stderr.on("error", () => undefined)
  }

  get json(): boolean {
    return this.options.json
  }

  /** Succeeds when it turns out that nobody reads stdout any more. */
  readonly whenClosed: Effect.Effect<void> = Effect.async((resume) => {
    if (this.closed) resume(Effect.void)
    else this.stdout.once("error", () => resume(Effect.void))
  })

  /** Columns of the terminal that shows stdout; `undefined` when it is not one and nothing may be cut. */
  get width(): number | undefined {
    return this.stdout.isTTY ? columnsOf(this.stdout) : undefined
  }

  private write(text: string): void {
    if (!this.closed) this.stdout.write(text)
  }

  /** Data: one JSON document for scripts, text for people. Gives the exit code of a command that is done. */
  show(value: unknown, render: () => string): typeof ExitCode.done {
    this.write(`${this.json ? JSON.stringify(value, null, 2) : render()}\n`)
    return ExitCode.done
  }

  /** A list; people are told when there is nothing in it. */
  list(values: ReadonlyArray<unknown>, render: () => string, none: string): typeof ExitCode.done {
    if (values.length > 0 || this.json) return this.show(values, render)
    this.message(none)
    return ExitCode.done
  }

  /** The result of work: the summary for scripts, a message for people. Gives the exit code, as `show` does. */
  done(summary: Summary, render: () => string): typeof ExitCode.done {
    if (this.json) this.line(summary)
    else this.message(render())
    return ExitCode.done
  }

  /** A table as wide as the terminal. */
  table(columns: ReadonlyArray<Column>, rows: ReadonlyArray<ReadonlyArray<string>>): string {
    return table({ columns, rows, paint: this.paint, width: this.width })
  }

  /** A title and the fields below it; those without a value are left out. */
  fields(title: string, fields: ReadonlyArray<Field>): string {
    return fieldList(title, fields, this.paint)
  }

  /** One line of JSON. */
  line(value: unknown): void {
    this.write(`${JSON.stringify(value)}\n`)
  }

  /** Data for people, on stdout. */
  print(text: string): void {
    this.write(`${text}\n`)
  }

  /** For people, on stderr; silent for scripts and with --quiet. */
  message(text: string): void {
    if (!this.json && !this.options.quiet) this.stderr.write(`${printableLines(text)}\n`)
  }

  /** A message only with --verbose. */
  detail(text: string): void {
    if (this.options.verbose) this.message(text)
  }

  /** Something that did not go as wished, while the rest goes on: also with --quiet. */
  problem(text: string, line: Readonly<Record<string, unknown>>): void {
    if (this.json) this.line({ message_type: "error", ...line })
    else this.stderr.write(`${this.paintMessages("yellow", "!")} ${printableLines(text)}\n`)
  }

  /** Text that was painted by us and holds only printable data. */
  painted(text: string): void {
    if (!this.json && !this.options.quiet) this.stderr.write(`${text}\n`)
  }

  /** The end of a command that failed. */
  fail({ _tag, code, message, recovery }: Failure, cause: unknown): void {
    if (this.json) {
      this.stderr.write(
        `${JSON.stringify({ message_type: "exit_error", code, error: _tag, message, recovery })}\n`
      )
      return
    }
    this.stderr.write(
      `${this.paintMessages("red", "Error:")} ${printableLines(message)}\n${printableLines(recovery)}\n`
    )
    if (this.options.verbose && cause instanceof Error && cause.stack !== undefined)
      this.stderr.write(`${this.paintMessages("dim", printableLines(cause.stack))}\n`)
  }

  /** Runs work that may take long, with its progress shown from half a second on. */
  progress<A, E, R>(work: (report: OnProgress) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      const { report, end } = makeProgress({
        draw: this.stderr.isTTY && !this.json && !this.options.quiet ? (line) => this.draw(line) : undefined,
        status: this.json ? (status) => this.line(status) : undefined,
        now: () => performance.now(),
        width: columnsOf(this.stderr) - 1
      })
      return Effect.ensuring(work(report), Effect.sync(end))
    })
  }

  private draw(line: string): void {
    this.stderr.write(`\r\u001b[K${line}`)
  }
}
