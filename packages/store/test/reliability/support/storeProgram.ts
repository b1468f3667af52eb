/** The other process: reads orders from stdin, one line each, and answers when each is done. */
import { readSync, writeSync } from "node:fs"
import type { Session } from "../../../src/session/Session.js"
import type { Answer, Order } from "./commands.js"
import { execute } from "./execute.js"

const chunk = Buffer.alloc(65536)
let rest = Buffer.alloc(0)

const nextLine = (): string | undefined => {
  for (;;) {
    const end = rest.indexOf(10)
    if (end >= 0) {
      const line = rest.subarray(0, end).toString()
      rest = rest.subarray(end + 1)
      return line
    }
    const size = readSync(0, chunk)
    if (size === 0) return undefined
    rest = Buffer.concat([rest, chunk.subarray(0, size)])
  }
}

const answer = (value: Answer): void => {
  for (let line = Buffer.from(`${JSON.stringify(value)}\n`); line.length > 0; )
    line = line.subarray(writeSync(1, line))
}

const describe = (error: unknown): string =>
  error instanceof Error && "_tag" in error
    ? String(error._tag)
    : error instanceof Error
      ? `${error.stack}`
      : "?"

let session: Session | undefined
const [, , actor = "other@process"] = process.argv
for (let line = nextLine(); line !== undefined; line = nextLine()) {
  const { now, command }: Order = JSON.parse(line)
  try {
    const done = execute(session, command, now, actor)
    session = done.session
    answer(done.answer)
  } catch (error) {
    answer({ error: describe(error) })
  }
}
session?.close()
