/** `daemon install`, `uninstall` and `status`: the daemon as a service of the user. */

import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { object } from "@optique/core/constructs"
import { ExitCode, StorageFailed, shellWord } from "@white-room/core"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadScheduler } from "../command/Load.js"
import { attempt, refusal } from "../error/CliError.js"
import { consequencesOf } from "../schedule/Consequences.js"
import { patience, viewSchedule, wantedProfiles } from "../schedule/ScheduleView.js"
import type { Outputs } from "../schema/outputs.js"
import { configFolder, dataFolder, homeFolder, shortPath } from "../settings/Environment.js"
import { ago, dayTime } from "../terminal/Time.js"
import { refuseNpx } from "./refuseNpx.js"
import { type Service, serviceFor } from "./serviceFor.js"

/** @throws CliError */
const serviceOf = (cli: Cli): Service =>
  serviceFor({
    platform: process.platform,
    library: cli.path,
    node: process.execPath,
    script: realpathSync(process.argv[1] ?? ""),
    home: homeFolder(),
    config: process.platform === "win32" ? dataFolder(cli.env) : configFolder(cli.env),
    uid: process.getuid?.() ?? 0
  })

/** One that is to be started from now on. @throws CliError */
export const serviceToStart = (cli: Cli): Service => {
  const service = serviceOf(cli)
  refuseNpx(realpathSync(process.argv[1] ?? ""))
  return service
}

/** Whether the system has the file that starts the daemon; `undefined` where there is no service manager that is known. */
export const isInstalled = (cli: Cli): boolean | undefined => {
  try {
    return existsSync(serviceOf(cli).file)
  } catch {
    return undefined
  }
}

interface Answer {
  /** Absent: there is no such program, or no session of the user. */
  readonly code: number | undefined
  readonly text: string
}

const call = ([program = "", ...words]: ReadonlyArray<string>): Answer => {
  const { status, stderr, error } = spawnSync(program, words, { encoding: "utf8", timeout: 30_000 })
  const text = (stderr ?? "").trim()
  // Without a session of the user there is nobody to ask: that is not a "no".
  const nobody =
    error !== undefined || /connect to bus|No medium found|not been booted|Operation not permitted/.test(text)
  return { code: nobody ? undefined : (status ?? undefined), text: error?.message ?? text }
}

/** Those that did not work, as they are typed, and why. */
const callAll = (commands: ReadonlyArray<ReadonlyArray<string>>) =>
  commands.flatMap((words) => {
    const { code, text } = call(words)
    return code === 0 ? [] : [{ command: words.map(shellWord).join(" "), reason: text }]
  })

/** @throws StorageFailed */
const onDisk = <A>(file: string, body: () => A): A => {
  try {
    return body()
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new StorageFailed({ path: file, operation: "change", detail })
  }
}

/** Writes the file of the service and has it start; gives the commands that did not work. @throws StorageFailed */
export const startService = ({ manager, file, text, start, stop }: Service) =>
  onDisk(file, () => {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    if (manager === "launchd") {
      mkdirSync(path.join(homeFolder(), "Library/Logs/White Room Backup"), { recursive: true, mode: 0o700 })
      // An agent that is loaded keeps its old file until it is unloaded.
      for (const words of stop) call(words)
    }
    writeFileSync(file, text, { mode: 0o644 })
    return callAll(start)
  })

/** What did not start, as it is typed, and why. */
export const notStarted = (failed: ReturnType<typeof startService>): ReadonlyArray<string> =>
  failed.flatMap(({ command, reason }) => [`  ${command}`, `    ${reason.split("\n")[0] ?? ""}`])

export const install = define(
  "install",
  {
    brief: "Have your system start it when you log in, and again when it ends.",
    description:
      "Shows the file first, and what the profiles would do: a unit of systemd for your user, an agent of launchd, or a task of Windows. It is for this library, this program and this Node as they are now; install it again after moving one of them."
  },
  () => object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const service = yield* attempt(() => serviceToStart(cli))
      const { manager, file, text } = service
      if (!existsSync(cli.path))
        return yield* refusal(`There is no library at ${cli.path}.`, "Make it first: whiteroom init.")
      const done = (started: boolean, render: () => string) =>
        cli.done<Outputs["daemon-install"]>({ service: manager, file, text, started }, render)
      const library = yield* cli.open
      const { loadStates } = yield* loadScheduler
      const profiles = (yield* loadStates(library)).map(({ profile }) => profile)
      cli.out.message(
        `${shortPath(file)}:\n\n${text}\nIt runs these profiles:\n\n${yield* consequencesOf(profiles)}\n`
      )
      if (cli.dryRun) return done(false, () => "Nothing was changed.")
      yield* cli.confirm(
        existsSync(file) ? "Replace that file and start it again?" : "Write that file and start it?",
        "Installing the daemon"
      )
      const failed = yield* attempt(() => startService(service))
      done(failed.length === 0, () =>
        [
          failed.length === 0
            ? "Installed and started."
            : "The file is written, but it could not be started:",
          ...notStarted(failed),
          ...service.hints
        ].join("\n")
      )
      return failed.length === 0 ? ExitCode.done : ExitCode.partial
    })
)

export const uninstall = define(
  "uninstall",
  { brief: "Stop it, and remove the file that install wrote." },
  () => object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const service = yield* attempt(() => serviceOf(cli))
      const { manager, file } = service
      const there = existsSync(file)
      const done = (render: () => string) =>
        cli.done<Outputs["daemon-uninstall"]>(
          { service: manager, file, removed: there && !cli.dryRun },
          render
        )
      if (!there) return done(() => `It is not installed: there is no ${shortPath(file)}.`)
      if (!readFileSync(file, "utf8").includes("whiteroom daemon install"))
        return yield* refusal(`${file} was not written by whiteroom.`, "Look at it, and remove it by hand.")
      if (cli.dryRun) return done(() => `Would stop it and remove ${shortPath(file)}. Nothing was changed.`)
      yield* cli.confirm(`Stop it and remove ${shortPath(file)}?`, "Uninstalling the daemon")
      const failed = callAll(service.stop)
      yield* attempt(() => onDisk(file, () => rmSync(file)))
      const late = callAll(service.afterRemoval)
      return done(() =>
        [
          `Removed ${shortPath(file)}. The library and its profiles stay as they are.`,
          ...(failed.length + late.length > 0
            ? [`Could not run: ${failed.concat(late)[0]?.command ?? ""}`]
            : [])
        ].join("\n")
      )
    })
)

const asked = (words: ReadonlyArray<string>): boolean | null => {
  const { code } = call(words)
  return code === undefined ? null : code === 0
}

/** What the library itself says: when the last run was, and since when one is missing. */
const lookAtRuns = (cli: Cli) =>
  Effect.gen(function* () {
    if (!existsSync(cli.path)) return { lastRun: undefined, next: undefined, late: 0 }
    const library = yield* cli.open
    const [last] = yield* library.schedule.runs({ limit: 1 })
    const { profiles } = yield* viewSchedule(library, cli.now().getTime())
    const next = profiles.flatMap((view) => view.next?.at ?? []).sort((a, b) => a - b)[0]
    const late = Math.max(0, ...wantedProfiles({ profiles, unreadable: [] }).map((view) => view.late))
    return { lastRun: last?.startedAt, next, late }
  })

const inWords = (cli: Cli, status: Outputs["daemon-status"]): string => {
  const now = cli.now()
  const state = (value: boolean | null, yes: string, no: string) => (value === null ? [] : [value ? yes : no])
  return [
    status.installed
      ? [
          `Installed: ${shortPath(status.file ?? "")}`,
          ...state(status.enabled, "enabled", "not enabled")
        ].join(", ")
      : "Not installed as a service: whiteroom daemon install",
    status.running === null ? undefined : status.running ? "Running." : "Not running as a service.",
    `Last run: ${status.lastRun === null ? "none yet" : ago(new Date(status.lastRun), now)}.`,
    status.next === null || status.overdueSince !== null
      ? undefined
      : `Next backup: ${dayTime(new Date(status.next), now)}.`,
    status.overdueSince === null
      ? undefined
      : `! A backup is due since ${dayTime(new Date(status.overdueSince), now)}: no daemon seems to run.`
  ]
    .filter((line) => line !== undefined)
    .join("\n")
}

export const statusOf = define(
  "status",
  {
    brief: "Whether it is installed and running, and whether backups come.",
    description:
      "Exit code 5 when it is not running, when it is not installed and never came, or when a backup is due and none comes."
  },
  () => object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const service = yield* attempt(() => serviceOf(cli)).pipe(
        Effect.catchTag("BadUsage", () => Effect.succeed(undefined))
      )
      const installed = service !== undefined && existsSync(service.file)
      const { lastRun, next, late } = yield* lookAtRuns(cli)
      const json: Outputs["daemon-status"] = {
        service: service?.manager ?? null,
        file: service?.file ?? null,
        installed,
        enabled: installed ? asked(service.isEnabled) : null,
        running: installed ? asked(service.isRunning) : null,
        lastRun: lastRun?.toISOString() ?? null,
        next: next === undefined ? null : new Date(next).toISOString(),
        overdueSince: late > patience ? new Date(cli.now().getTime() - late).toISOString() : null
      }
      cli.out.show(json, () => inWords(cli, json))
      // Somebody may run it by other means: then runs come.
      const isNobody = service !== undefined && !installed && lastRun === undefined
      return json.running === false || json.overdueSince !== null || isNobody
        ? ExitCode.unprotected
        : ExitCode.done
    })
)
