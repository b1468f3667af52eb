/** What a run reaches outside of the library, besides its vaults: commands, addresses, mail, the desktop. */
import { spawn } from "node:child_process"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { hostOf } from "./Address.js"
import { type Circumstances, circumstancesOf } from "./Circumstances.js"
import { callAddress } from "./callAddress.js"
import { environmentOfOthers } from "./environmentOfOthers.js"
import { type Mail, mailHost } from "./Mail.js"
import { OutsideFailed } from "./OutsideFailed.js"
import { plainText } from "./plainText.js"
import { runShell } from "./runShell.js"
import { type Letter, sendMail } from "./sendMail.js"

export interface OutsideService {
  /** Runs a command of the shell with these variables; ends it when its time is over. Its output is the value. */
  readonly command: (
    command: string,
    environment: Readonly<Record<string, string>>,
    timeLimit: Duration.Duration
  ) => Effect.Effect<string, OutsideFailed>
  /**
   * Sends JSON with POST, or nothing with GET; nothing of the address but its host is in what fails. With `keyFile` the
   * body is signed: see `signature`.
   */
  readonly call: (
    address: string,
    body?: unknown,
    options?: { readonly keyFile?: string | undefined }
  ) => Effect.Effect<void, OutsideFailed>
  /**
   * Sends a letter; gives the addresses that the server did not take, where it took others. Fails when nobody gets it; nothing
   * but the host of the server is in what fails.
   */
  readonly mail: (mail: Mail, letter: Letter) => Effect.Effect<ReadonlyArray<string>, OutsideFailed>
  /** How this machine is placed now. What the platform does not tell counts as no. */
  readonly circumstances: Effect.Effect<Circumstances>
  /** Shows a notification to the person at this machine, where there is a desktop. */
  readonly notify: (title: string, text: string) => Effect.Effect<void, OutsideFailed>
}

export class Outside extends Context.Tag("@white-room/scheduler/Outside")<Outside, OutsideService>() {}

const callTime = Duration.seconds(20)

const call: OutsideService["call"] = (address, body, { keyFile } = {}) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.tryPromise({
      try: (signal) => callAddress(address, body, { signal, keyFile, now }),
      catch: (error) =>
        error instanceof OutsideFailed ? error : new OutsideFailed(`${hostOf(address)} could not be reached`)
    })
  ).pipe(
    Effect.timeoutFail({
      duration: callTime,
      onTimeout: () => new OutsideFailed(`${hostOf(address)} did not answer in ${Duration.format(callTime)}`)
    })
  )

const mailTime = Duration.minutes(1)

const mail: OutsideService["mail"] = (profileMail, letter) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.tryPromise({
      try: (signal) => sendMail(profileMail, letter, { signal, now }),
      catch: (error) =>
        error instanceof OutsideFailed
          ? error
          : new OutsideFailed(`${mailHost(profileMail)} could not be reached`)
    })
  ).pipe(
    Effect.timeoutFail({
      duration: mailTime,
      onTimeout: () =>
        new OutsideFailed(`${mailHost(profileMail)} did not answer in ${Duration.format(mailTime)}`)
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

/** Notifications are glanced at. */
const longestNote = 300

const notify: OutsideService["notify"] = (title, text) =>
  Effect.async<void, OutsideFailed>((resume) => {
    const [program, args] = notifier(plainText(title, longestNote), plainText(text, longestNote)) ?? []
    if (program === undefined)
      return resume(Effect.fail(new OutsideFailed("this system has no notifications")))
    const env = environmentOfOthers(process.env)
    const child = spawn(program, [...(args ?? [])], { stdio: "ignore", timeout: 10_000, env })
    child.once("error", (error) => resume(Effect.fail(new OutsideFailed(error.message))))
    child.once("close", (code) =>
      resume(code === 0 ? Effect.void : Effect.fail(new OutsideFailed(`${program} ended with ${code}`)))
    )
  })

/** The real outside: this machine's shell, network and desktop. */
export const layerOutside: Layer.Layer<Outside> = Layer.succeed(Outside, {
  command: runShell,
  call,
  mail,
  circumstances: Effect.promise(() => circumstancesOf(process.platform)),
  notify
})

const messagesOf = (cause: Cause.Cause<OutsideFailed>): ReadonlyArray<string> =>
  [...Cause.failures(cause), ...Cause.defects(cause)].map((error) =>
    error instanceof Error ? error.message : String(error)
  )

/** Does several things outside at once; gives the messages of all that did not work, faults of the program too. */
export const warningsOf = <R>(
  tasks: ReadonlyArray<Effect.Effect<unknown, OutsideFailed, R>>
): Effect.Effect<ReadonlyArray<string>, never, R> =>
  Effect.map(Effect.all(tasks.map(Effect.exit), { concurrency: "unbounded" }), (exits) =>
    exits.flatMap((exit) => (Exit.isFailure(exit) ? messagesOf(exit.cause) : []))
  )
