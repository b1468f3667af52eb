/** A real process with the store in it, bundled into one file so that hundreds of them start fast. */
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { bundle } from "../../support/bundle.js"
import type { Answer, Command } from "./commands.js"

/** Bundles the program of the other process; returns its file. */
export const bundleOtherProcess = async (folder: string): Promise<string> => {
  const outfile = join(folder, "storeProgram.mjs")
  await bundle(new URL("./storeProgram.ts", import.meta.url), outfile)
  return outfile
}

export class OtherProcess {
  private readonly child: ChildProcess
  private readonly ended: Promise<void>
  private text = ""
  private waiting: ((answer: Answer | undefined) => void) | undefined
  private readonly answers: Array<Answer> = []
  private over = false

  constructor(program: string, actor: string) {
    this.child = spawn(process.execPath, [program, actor], { stdio: ["pipe", "pipe", "inherit"] })
    this.child.stdin?.on("error", () => undefined)
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => this.receive(text))
    this.ended = new Promise((resolve) =>
      this.child.on("close", () => {
        this.over = true
        this.waiting?.(undefined)
        resolve()
      })
    )
  }

  private receive(text: string): void {
    const lines = (this.text + text).split("\n")
    this.text = lines.pop() ?? ""
    for (const line of lines) {
      const answer: Answer = JSON.parse(line)
      if (this.waiting === undefined) this.answers.push(answer)
      else this.waiting(answer)
      this.waiting = undefined
    }
  }

  /** Gives an order without waiting for it. */
  order(command: Command, now: number): void {
    this.child.stdin?.write(`${JSON.stringify({ now, command })}\n`)
  }

  /** The next answer; `undefined` when the process ended without one. */
  answer(): Promise<Answer | undefined> {
    const known = this.answers.shift()
    if (known !== undefined || this.over) return Promise.resolve(known)
    return new Promise((resolve) => {
      this.waiting = resolve
    })
  }

  /** Gives an order and waits until it is done. */
  async ask(command: Command, now: number): Promise<Answer> {
    this.order(command, now)
    const answer = await this.answer()
    if (answer === undefined) throw new Error(`the process ended during ${command.do}`)
    return answer
  }

  /** SIGKILL: nothing in the process can stop it, finish, or clean up. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL")
    await this.ended
  }

  /** Closes its library and ends. */
  async end(): Promise<void> {
    this.child.stdin?.end()
    await this.ended
  }
}
