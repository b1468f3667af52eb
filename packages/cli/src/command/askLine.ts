/** Questions to the person at the terminal. */
import { createInterface } from "node:readline"
import * as Effect from "effect/Effect"
import type { Output } from "../terminal/Output.js"

/**
 * Shows a question on stderr and reads one line from stdin; `undefined` when stdin ends. The terminal stays in
 * its usual mode, so that Ctrl-C reaches the program as always.
 */
export const askLine = (out: Output, question: string): Effect.Effect<string | undefined> =>
  Effect.async<string | undefined>((resume) => {
    const lines = createInterface({ input: process.stdin, terminal: false })
    out.question(question)
    lines.once("line", (line) => {
      resume(Effect.succeed(line.trim()))
      lines.close()
    })
    lines.once("close", () => resume(Effect.succeed(undefined)))
    return Effect.sync(() => lines.close())
  })
