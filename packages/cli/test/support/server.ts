/** A server in a process of its own, and computers that keep libraries there. */
import type { ChildProcess } from "node:child_process"
import { createRequire } from "node:module"
import type * as Server from "@white-room/server"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { expect } from "vitest"
import { schemaFaults } from "./jsonSchema.js"
import { jsonLines, type Result, resultOf, summaryOf, type Whiteroom } from "./whiteroom.js"

interface Served {
  readonly child: ChildProcess
  readonly line: Readonly<Record<string, unknown>>
  readonly ended: Promise<Result>
}

/** A server in a process of its own, when it listens. */
export const serve = async (
  whiteroom: Whiteroom,
  listen = "127.0.0.1:0",
  ...words: ReadonlyArray<string>
): Promise<Served> => {
  const child = whiteroom.start(["server", "start", "--listen", listen, "--data", "srv", "--json", ...words])
  const ended = resultOf(child)
  const line = await new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    let text = ""
    child.stdout?.on("data", (chunk: string) => {
      text += chunk
      if (text.includes("\n")) resolve(jsonLines(text.slice(0, text.indexOf("\n") + 1))[0] ?? {})
    })
    child.once("close", () => reject(new Error("it ended before it listened")))
  })
  return { child, line, ended }
}

/**
 * The server that the program ships, in this process: to start the program takes longer than most that is done with its server.
 * It ends with the test; of a process of its own are those whose beginning or end matters.
 */
export const serveHere = async (whiteroom: Whiteroom, host = "127.0.0.1") => {
  const { startServer }: typeof Server = createRequire(import.meta.url)("../../dist/server.cjs")
  const scope = Effect.runSync(Scope.make())
  const end = () => Effect.runPromise(Scope.close(scope, Exit.void))
  whiteroom.atEnd(end)
  const options = { data: whiteroom.at("srv"), host, port: 0, graceMs: 0 }
  return { ...(await Effect.runPromise(Scope.extend(startServer(options), scope))), end }
}

export const json = async (
  whiteroom: Whiteroom,
  words: ReadonlyArray<string>,
  env: Record<string, string> = {}
) => {
  const result = await whiteroom.run([...words, "--json"], { env })
  expect(result.stderr).toBe("")
  return { code: result.code, summary: summaryOf(result), stdout: result.stdout }
}

export const invite = async (whiteroom: Whiteroom, ...words: ReadonlyArray<string>) => {
  const { summary } = await json(whiteroom, ["server", "invite", "Anna", "--data", "srv", ...words])
  expect(schemaFaults("server-invite", summary)).toEqual([])
  const libraries = Array.isArray(summary.libraries) ? summary.libraries.map(String) : []
  return { link: String(summary.link), library: libraries[0] ?? "" }
}

/** The environment of another computer: a home and a library of its own. */
export const computer = (whiteroom: Whiteroom, name: string) => ({
  HOME: whiteroom.at(name),
  XDG_DATA_HOME: whiteroom.at(name, "data"),
  WHITEROOM_LIBRARY: whiteroom.at(name, "library.db")
})
