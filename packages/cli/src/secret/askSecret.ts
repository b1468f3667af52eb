/** A question whose answer nobody sees. */
import * as Effect from "effect/Effect"
import { type CliFailure, interrupted } from "../error/CliError.js"
import type { Output } from "../terminal/Output.js"

const interrupt = "\u0003"
const enter: ReadonlySet<string> = new Set(["\r", "\n", "\u0004"])
const backspace: ReadonlySet<string> = new Set(["\u007f", "\b"])

/**
 * Shows a question on stderr and reads one line from the terminal, which shows nothing of it. The terminal is as it was
 * afterwards, also after Ctrl-C.
 */
export const askSecret = (out: Output, question: string): Effect.Effect<string, CliFailure> =>
  Effect.async<string, CliFailure>((resume) => {
    const { stdin } = process
    let typed: Array<string> = []
    const end = () => {
      stdin.off("data", read)
      stdin.off("end", finish)
      stdin.setRawMode?.(false)
      stdin.pause()
    }
    const finish = () => {
      end()
      out.answered()
      resume(Effect.succeed(typed.join("")))
    }
    const read = (text: string) => {
      for (const character of text) {
        if (character === interrupt) {
          end()
          out.answered()
          resume(Effect.fail(interrupted))
          return
        }
        if (enter.has(character)) return finish()
        if (backspace.has(character)) typed = typed.slice(0, -1)
        else typed.push(character)
      }
    }
    stdin.setRawMode?.(true)
    stdin.setEncoding("utf8")
    stdin.on("data", read)
    stdin.on("end", finish)
    out.question(question)
    stdin.resume()
    return Effect.sync(end)
  })
