import { spawn } from "node:child_process"
import { StringDecoder } from "node:string_decoder"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { environmentOfOthers } from "./environmentOfOthers.js"
import { OutsideFailed } from "./OutsideFailed.js"
import { plainText } from "./plainText.js"

const outputLimit = 64 * 1024
const shownOutput = 500

/** An environment takes no NUL, and on Linux no text of 128 KiB. */
const longestValue = 32 * 1024

const bounded = (environment: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replaceAll("\0", "\ufffd").slice(0, longestValue)
    ])
  )

/** The end of what a command said, as others may store, show and pass it on. */
const lastWords = (output: string): string => {
  const said = plainText(output.trim(), outputLimit)
  return said === "" ? "" : `: ${plainText(said.slice(-shownOutput), shownOutput)}`
}

/**
 * Runs a command of the shell and gives the end of its output; ends it, and what it started, when its time is over or nobody
 * waits for it any more. It gets the variables that are given and those that programs need (see `environmentOfOthers`), and
 * no others.
 */
export const runShell = (
  command: string,
  environment: Readonly<Record<string, string>>,
  timeLimit: Duration.Duration
): Effect.Effect<string, OutsideFailed> =>
  Effect.async<string, OutsideFailed>((resume) => {
    const start = () =>
      // A group of its own, so that what the command started ends with it.
      spawn(command, {
        shell: true,
        detached: process.platform !== "win32",
        env: { ...environmentOfOthers(process.env), ...bounded(environment) },
        stdio: ["ignore", "pipe", "pipe"]
      })
    let child: ReturnType<typeof start>
    try {
      child = start()
    } catch (error) {
      // What cannot be passed to a program at all is refused before it starts.
      return resume(
        Effect.fail(new OutsideFailed(`cannot be run: ${error instanceof Error ? error.message : error}`))
      )
    }
    let output = ""
    const take = () => {
      const decoder = new StringDecoder()
      return (chunk: Buffer) => {
        // What it said last says why it failed.
        output = (output + decoder.write(chunk)).slice(-outputLimit)
      }
    }
    child.stdout.on("data", take())
    child.stderr.on("data", take())
    const end = () => {
      try {
        if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, "SIGKILL")
        else child.kill("SIGKILL")
      } catch {
        // It ended by itself meanwhile.
      }
    }
    child.once("error", (error) => resume(Effect.fail(new OutsideFailed(`cannot be run: ${error.message}`))))
    child.once("close", (code, signal) =>
      resume(
        code === 0
          ? Effect.succeed(output)
          : Effect.fail(new OutsideFailed(`ended with ${signal ?? code}${lastWords(output)}`))
      )
    )
    return Effect.sync(end)
  }).pipe(
    Effect.timeoutFail({
      duration: timeLimit,
      onTimeout: () => new OutsideFailed(`took longer than ${Duration.format(timeLimit)} and was ended`)
    })
  )
