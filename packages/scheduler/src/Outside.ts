/** What a run reaches outside of the library: folders, commands, addresses, the desktop. */
import { spawn } from "node:child_process"
import { statSync } from "node:fs"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"

/** Something outside that did not work; it never makes a backup fail, but for a `before` hook. */
export class OutsideFailed extends Error {
  readonly _tag = "OutsideFailed"
}

export interface OutsideService {
  /** Whether a folder can be reached now. */
  readonly isThere: (folder: string) => boolean
  /** Runs a command of the shell; ends it, and what it started, when its time is over. Its output is the value. */
  readonly command: (
    command: string,
    environment: Readonly<Record<string, string | undefined>>,
    timeLimit: Duration.Duration
  ) => Effect.Effect<string, OutsideFailed>
  /** Sends JSON with POST, or nothing with GET. */
  readonly call: (url: string, body?: unknown) => Effect.Effect<void, OutsideFailed>
  /** Shows a notification to the person at this machine, where there is a desktop. */
  readonly notify: (title: string, text: string) => Effect.Effect<void, OutsideFailed>
}

export class Outside extends Context.Tag("@white-room/scheduler/Outside")<Outside, OutsideService>() {}

const outputLimit = 64 * 1024

const runShell: OutsideService["command"] = (command, environment, timeLimit) =>
  Effect.async<string, OutsideFailed>((resume) => {
    // A group of its own, so that what the command started ends with it.
    const child = spawn(command, {
      shell: true,
      detached: process.platform !== "win32",
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let output = ""
    const take = (chunk: Buffer) => {
      if (output.length < outputLimit) output += chunk.toString()
    }
    child.stdout.on("data", take)
    child.stderr.on("data", take)
    const end = () => {
      try {
        if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, "SIGKILL")
        else child.kill("SIGKILL")
      } catch {
        // It ended by itself meanwhile.
      }
    }
    child.once("error", (error) => resume(Effect.fail(new OutsideFailed(error.message))))
    child.once("close", (code, signal) =>
      resume(
        code === 0
          ? Effect.succeed(output)
          : Effect.fail(new OutsideFailed(`ended with ${signal ?? code}: ${output.trim().slice(-500)}`))
      )
    )
    return Effect.sync(end)
  }).pipe(
    Effect.timeoutFail({
      duration: timeLimit,
      onTimeout: () => new OutsideFailed(`took longer than ${Duration.format(timeLimit)} and was ended`)
    })
  )

const callTime = Duration.seconds(20)

/** The address without what may be a secret in it. */
const shown = (url: string): string => {
  try {
    return new URL(url).host
  } catch {
    return "an address that cannot be read"
  }
}

const call: OutsideService["call"] = (url, body) =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(url, {
        signal,
        redirect: "follow",
        ...(body === undefined
          ? {}
          : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
      })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`answered ${response.status}`)
    },
    catch: (error) =>
      new OutsideFailed(`${shown(url)}: ${error instanceof Error ? error.message : String(error)}`)
  }).pipe(
    Effect.timeoutFail({
      duration: callTime,
      onTimeout: () => new OutsideFailed(`${shown(url)} did not answer in ${Duration.format(callTime)}`)
    })
  )

/** A text as AppleScript writes it. */
const appleScript = (text: string): string => `"${text.replace(/["\\]/g, "\\$&").replace(/\s+/g, " ")}"`

const notifier = (title: string, text: string): readonly [string, ReadonlyArray<string>] | undefined => {
  if (process.platform === "darwin")
    return ["osascript", ["-e", `display notification ${appleScript(text)} with title ${appleScript(title)}`]]
  return process.platform === "linux"
    ? ["notify-send", ["--app-name=White Room Backup", title, text]]
    : undefined
}

const notify: OutsideService["notify"] = (title, text) =>
  Effect.async<void, OutsideFailed>((resume) => {
    const [program, args] = notifier(title, text) ?? []
    if (program === undefined)
      return resume(Effect.fail(new OutsideFailed("this system has no notifications")))
    const child = spawn(program, [...(args ?? [])], { stdio: "ignore", timeout: 10_000 })
    child.once("error", (error) => resume(Effect.fail(new OutsideFailed(error.message))))
    child.once("close", (code) =>
      resume(code === 0 ? Effect.void : Effect.fail(new OutsideFailed(`${program} ended with ${code}`)))
    )
  })

const isThere = (folder: string): boolean => {
  try {
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}

/** The real outside: this machine's folders, shell, network and desktop. */
export const layerOutside: Layer.Layer<Outside> = Layer.succeed(Outside, {
  isThere,
  command: runShell,
  call,
  notify
})

/** Does several things outside at once; gives the messages of those that did not work. */
export const warningsOf = <R>(
  tasks: ReadonlyArray<Effect.Effect<unknown, OutsideFailed, R>>
): Effect.Effect<ReadonlyArray<string>, never, R> =>
  Effect.map(Effect.all(tasks.map(Effect.exit), { concurrency: "unbounded" }), (exits) =>
    exits.flatMap((exit) =>
      Exit.isFailure(exit) && exit.cause._tag === "Fail" ? [exit.cause.error.message] : []
    )
  )
