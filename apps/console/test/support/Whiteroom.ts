/** The program as it is installed, in an environment of its own: what a person types, and a server that it starts. */
import { type ChildProcess, fork, spawn } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const program = fileURLToPath(new URL("../../../../packages/cli/dist/whiteroom.mjs", import.meta.url))

/** Nothing of the person who runs the tests is read or written. */
const environment = (folder: string): NodeJS.ProcessEnv => {
  mkdirSync(folder, { recursive: true })
  return {
    PATH: process.env.PATH,
    NO_COLOR: "1",
    TZ: "Europe/Berlin",
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, "config"),
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CACHE_HOME: join(folder, "cache"),
    WHITEROOM_KEYRING: "file"
  }
}

interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The program of the CLI's tests that is loaded once for many commands: to start it each time takes ten times as long. */
const hostProgram = fileURLToPath(new URL("../../../../packages/cli/test/support/host.mjs", import.meta.url))
let host: ChildProcess | undefined
let last: Promise<unknown> = Promise.resolve()

/** One command after the other; the host ends with the process of the tests. */
const inHost = (folder: string, words: ReadonlyArray<string>): Promise<Result> => {
  const result = last.then(
    () =>
      new Promise<Result>((resolve, reject) => {
        host ??= fork(hostProgram, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] })
        const running = host
        const died = () => {
          host = undefined
          reject(new Error(`the program ended in: ${words.join(" ")}`))
        }
        running.once("exit", died)
        running.once("message", (message) => {
          running.off("exit", died)
          resolve(message as Result)
        })
        running.send({ words, env: environment(folder), folder, input: "" })
      })
  )
  last = result.catch(() => undefined)
  return result
}

/** Runs a command on the library of a folder, and gives what it printed. */
export const whiteroom = async (folder: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const words = ["-l", join(folder, "library.db"), ...args]
  const { code, stdout, stderr } = await inHost(folder, words)
  if (code !== 0) throw new Error(`whiteroom ${words.join(" ")} ended with ${code}: ${stderr}`)
  return stdout
}

export interface Server {
  readonly address: string
  /** The link that makes a browser an admin. */
  readonly signIn: string
  readonly folder: string
  /** Ends it; a server that is started again has the address it had. */
  readonly stop: () => Promise<void>
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once("exit", () => resolve())
  })

interface Said {
  readonly address?: string
  readonly signIn?: string
  readonly link?: string
}

/** The line with which a program says that it is there. */
const said = async (child: ChildProcess, event: string): Promise<Said> => {
  if (child.stdout === null) throw new Error("nothing to read from")
  for await (const line of createInterface(child.stdout)) {
    const told = JSON.parse(line)
    if (told.event === event) {
      child.stdout.resume()
      return told
    }
  }
  throw new Error(`it ended before it was ${event}`)
}

/** What was started and may still run. */
const started = new Set<() => Promise<void>>()

/** Ends all that was started; called when the tests of a file are done. */
export const stopAll = async (): Promise<void> => {
  await Promise.all([...started].map((stop) => stop()))
  started.clear()
}

/** A program that runs, until `stopAll`. */
const start = async (folder: string, event: string, ...args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [program, ...args], {
    env: environment(folder),
    stdio: ["ignore", "pipe", "inherit"]
  })
  const stop = async () => {
    child.kill("SIGTERM")
    await ended(child)
  }
  started.add(stop)
  return { stop, ...(await said(child, event)) }
}

/** A server, until `stopAll`. */
export const startServer = async (folder: string, port = 0): Promise<Server> => {
  const at = ["--listen", `127.0.0.1:${port}`, "--data", join(folder, "server")]
  const {
    address = "",
    signIn = "",
    stop
  } = await start(folder, "listening", "server", "start", "--json", ...at)
  return { address, signIn, folder, stop }
}

/** Shows the library of a folder in a page until `stopAll`; gives the link, which opens it once. */
export const openPage = async (folder: string): Promise<string> => {
  const library = join(folder, "library.db")
  const { link: opened = "" } = await start(
    folder,
    "listening",
    "-l",
    library,
    "open",
    "--json",
    "--no-browser"
  )
  return opened
}

/** Runs the daemon of a library until `stopAll`. It looks into its inbox at once, and then twice a minute. */
export const startDaemon = async (folder: string): Promise<void> => {
  await start(folder, "started", "-l", join(folder, "library.db"), "daemon", "--json")
}

/** Connects the library of a folder with a server, by an invitation; gives its id there. */
export const connect = async (server: Server, folder: string, name: string): Promise<string> => {
  const invited = JSON.parse(
    await whiteroom(
      server.folder,
      "server",
      "invite",
      name,
      "--data",
      join(server.folder, "server"),
      "--json"
    )
  )
  await whiteroom(folder, "connect", String(invited.link), "--yes")
  return String(invited.libraries[0])
}

/** A link that makes a browser an admin. */
export const link = async (server: Server, name: string): Promise<string> => {
  const said = await whiteroom(
    server.folder,
    "server",
    "link",
    name,
    "--data",
    join(server.folder, "server"),
    "--json"
  )
  return String(JSON.parse(said).link)
}
