/**
 * Where everything a command says goes: data to stdout, all else to stderr; text for people or JSON for scripts;
 * colours and progress only where there is a terminal.
 */
import { ExitCode, type OnProgress } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Failure } from "../error/CliError.js"
import { jsonLine, jsonText, printable, withoutEndlessWords, withoutPasswords } from "./Harmless.js"
import { type Pager, pagerIn } from "./Pager.js"
import { hasColours, type Paint, paintFor } from "./Paint.js"
import { makeProgress } from "./Progress.js"
import type { Stream, Streams } from "./Stream.js"
import { type Column, type Field, fieldList, table } from "./Table.js"
import { wrapLines } from "./wrapLines.js"

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

export class Output {
  /** Colours for stdout and for stderr. */
  readonly paint: Paint
  readonly paintMessages: Paint
  /** Whether stdout shows colours. */
  readonly coloured: boolean
  private readonly pager: Pager | undefined
  /** What waits for the pager: a text that is longer than the terminal, and all that came after it. */
  private long: string | undefined
  private readonly stdout: Stream
  private readonly stderr: Stream

  constructor(
    readonly options: OutputOptions,
    { stdout, stderr }: Streams,
    env: NodeJS.ProcessEnv
  ) {
    this.stdout = stdout
    this.stderr = stderr
    this.pager = stdout.isTTY && process.stdin.isTTY ? pagerIn(env, process.platform) : undefined
    this.coloured = hasColours(stdout, env)
    this.paint = paintFor(stdout, env)
    this.paintMessages = paintFor(stderr, env)
  }

  get json(): boolean {
    return this.options.json
  }

  /** Succeeds when it turns out that nobody reads stdout any more. */
  readonly whenClosed: Effect.Effect<void> = Effect.async((resume) =>
    this.stdout.onClosed(() => resume(Effect.void))
  )

  /** Columns of the terminal that shows stdout; `undefined` when it is not one and nothing may be cut. */
  get width(): number | undefined {
    return this.stdout.isTTY ? this.stdout.columns : undefined
  }

  /** Data: one JSON document for scripts, text for people. Gives the exit code of a command that is done. */
  show(value: unknown, render: () => string): typeof ExitCode.done {
    if (this.json) this.stdout.write(`${jsonText(value, 2)}\n`)
    else this.printLong(this.wrapped(render()))
    return ExitCode.done
  }

  /** The end of all output: what is longer than the terminal is shown page by page. */
  async end(): Promise<void> {
    const { long, pager } = this
    this.long = undefined
    if (long !== undefined && pager !== undefined) await this.stdout.page(long, pager)
  }

  /** The same for a document that somebody saved: as it is, to the byte, but in a terminal. */
  document(value: unknown, text: string): typeof ExitCode.done {
    if (this.json) return this.show(value, () => text)
    if (this.stdout.isTTY) this.printLong(text)
    else this.stdout.writeAsIs(`${text}\n`)
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
  line(value: object): void {
    for (const piece of jsonLine(value)) this.stdout.write(piece)
  }

  /** In a terminal long lines are broken between words; tables are as wide as it is. */
  private wrapped(text: string): string {
    return this.width === undefined ? text : wrapLines(text, this.width)
  }

  /** Data for people, on stdout. */
  print(text: string): void {
    this.printLines(this.wrapped(text))
  }

  /** The same for what a program is to read: its lines stay as they are. */
  printLines(text: string): void {
    if (this.long === undefined) this.stdout.write(`${text}\n`)
    else this.long += `${text}\n`
  }

  private printLong(text: string): void {
    if (this.pager !== undefined && text.split("\n").length >= this.stdout.rows) this.long ??= ""
    this.printLines(text)
  }

  /** What is wholly ours, on stdout: help, completion. */
  printOwn(text: string): void {
    this.stdout.writeAsIs(`${text}\n`)
  }

  /** A question, on stderr and on one line, whatever is in it; the answer is typed behind it. */
  question(text: string): void {
    this.stderr.writeProse(printable(text))
  }

  /** Ends the line of a question whose answer nobody sees. */
  answered(): void {
    this.stderr.write("\n")
  }

  /** For people, on stderr; silent for scripts and with --quiet. */
  message(text: string): void {
    if (this.speaks) this.stderr.writeProse(`${withoutPasswords(text)}\n`)
  }

  /** False where messages are not shown: then nothing needs to be made of them. */
  get speaks(): boolean {
    return !this.json && this.options.quiet !== true
  }

  /** A message only with --verbose. */
  detail(text: string): void {
    if (this.options.verbose) this.message(text)
  }

  /** Something that did not go as wished, while the rest goes on: also with --quiet. */
  problem(text: string, line: Readonly<Record<string, unknown>>): void {
    if (this.json) this.line({ message_type: "error", ...line })
    else this.stderr.writeProse(`${this.paintMessages("yellow", "!")} ${printable(withoutPasswords(text))}\n`)
  }

  /** The end of a command that failed. */
  fail(failure: Failure, cause: unknown): void {
    const { _tag, code } = failure
    const message = withoutEndlessWords(withoutPasswords(failure.message))
    const recovery = withoutEndlessWords(withoutPasswords(failure.recovery))
    if (this.json) {
      this.stderr.write(`${jsonText({ message_type: "exit_error", code, error: _tag, message, recovery })}\n`)
      return
    }
    // Only a list of what a name fits has lines of its own: no other text of data begins one.
    const said = _tag === "AmbiguousName" ? message : printable(message)
    this.stderr.writeProse(`${this.paintMessages("red", "Error:")} ${said}\n${printable(recovery)}\n`)
    if (this.options.verbose && cause instanceof Error && cause.stack !== undefined)
      this.stderr.write(`${this.paintMessages("dim", withoutPasswords(cause.stack))}\n`)
  }

  /** Runs work that may take long, with its progress shown from half a second on. */
  progress<A, E, R>(work: (report: OnProgress) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      const { report, end } = makeProgress({
        draw:
          this.stderr.isTTY && !this.json && !this.options.quiet
            ? (line) => this.stderr.draw(line)
            : undefined,
        status: this.json ? (status) => this.line(status) : undefined,
        now: () => performance.now(),
        width: this.stderr.columns - 1
      })
      return Effect.ensuring(work(report), Effect.sync(end))
    })
  }
}
