/**
 * The only door to stdout and stderr; `npm run check -- streams` holds every other file to it. Whatever goes out is made
 * harmless here, and whether it got there is known at the end.
 */
import { printableLines } from "./Harmless.js"
import { type Pager, showInPager } from "./Pager.js"
import { withSequences } from "./Paint.js"
import { wrapLines } from "./wrapLines.js"

/** What is written to: the streams of a process. */
type Target = Pick<NodeJS.WriteStream, "write" | "on" | "isTTY" | "columns"> & {
  readonly rows?: number | undefined
}

export class Stream {
  private failure: NodeJS.ErrnoException | undefined
  private readonly listeners: Array<() => void> = []
  private pending = 0
  private onIdle: () => void = () => undefined

  constructor(private readonly target: Target) {
    target.on("error", (error: NodeJS.ErrnoException) => this.note(error))
  }

  get isTTY(): boolean {
    return this.target.isTTY === true
  }

  /** Columns of the terminal. Some do not know their width; very narrow ones wrap. */
  get columns(): number {
    return Math.max(40, this.target.columns || 80)
  }

  /** Lines of the terminal; of what is none, so many that nothing is longer. */
  get rows(): number {
    return this.isTTY && this.target.rows !== undefined && this.target.rows > 0
      ? this.target.rows
      : Number.POSITIVE_INFINITY
  }

  /** A text of ours with texts from data in it. */
  write(text: string): void {
    this.send(withSequences(printableLines(text)))
  }

  /** The same for sentences: in a terminal they are broken between words. */
  writeProse(text: string): void {
    const safe = printableLines(text)
    this.send(withSequences(this.isTTY ? wrapLines(safe, this.columns) : safe))
  }

  /** A text of ours in a pager, until the person has seen enough; at once where there is no pager. */
  async page(text: string, pager: Pager): Promise<void> {
    await this.end()
    if (!(await showInPager(withSequences(printableLines(text)), pager))) this.write(text)
  }

  /** A text that is wholly ours, such as help, or bytes that somebody asked for as they are and that no terminal shows. */
  writeAsIs(text: string): void {
    this.send(text)
  }

  /** Over the line that was drawn before; the empty text takes it away. */
  draw(line: string): void {
    this.send(`\r\u001b[K${printableLines(line)}`)
  }

  /** Calls back when nothing can be written any more, at once when that is so already. */
  onClosed(listener: () => void): void {
    if (this.failure === undefined) this.listeners.push(listener)
    else listener()
  }

  /** Succeeds when all is written, or cannot be. */
  async end(): Promise<void> {
    if (this.pending > 0)
      await new Promise<void>((resolve) => {
        this.onIdle = resolve
      })
  }

  /**
   * Why something could not be written. A pipe that its reader closed is no failure: who reads `whiteroom list | head` has
   * what they wanted.
   */
  get lost(): string | undefined {
    if (this.failure === undefined || this.failure.code === "EPIPE") return undefined
    return this.failure.code === "ENOSPC" ? "no space is left there" : this.failure.message
  }

  /** A failed write tells it twice, and what comes after fails for another reason. */
  private note(error: NodeJS.ErrnoException): void {
    if (this.failure !== undefined) return
    this.failure = error
    for (const listener of this.listeners) listener()
  }

  private send(text: string): void {
    // What comes after a failure would be a text with a hole in it.
    if (this.failure !== undefined) return
    this.pending++
    this.target.write(text, (error) => {
      if (error) this.note(error)
      this.pending--
      if (this.pending === 0) this.onIdle()
    })
  }
}

export interface Streams {
  readonly stdout: Stream
  readonly stderr: Stream
}

/** Those of this process, as they are now. */
export const processStreams = (): Streams => ({
  stdout: new Stream(process.stdout),
  stderr: new Stream(process.stderr)
})
