/** Runs the bundled program as a user would, in a temporary folder of its own. */
import { type ChildProcess, fork, spawn } from "node:child_process"
import { mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { test } from "vitest"

export const program = fileURLToPath(new URL("../../dist/whiteroom.mjs", import.meta.url))
/** Programs of all tests start from one compiled form, and leave none in folders that tests look into. */
const cache = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url))

export interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Written to stdin; without it stdin is empty. */
  readonly input?: string
  /** As a process of its own, where that is the point; in the soak a quarter of the runs are. */
  readonly asProcess?: boolean
  /** What it takes away from who may do what with its files; without one as it is here. */
  readonly umask?: number
}

export const resultOf = (child: ChildProcess): Promise<Result> =>
  new Promise((resolve, reject) => {
    let stdout = ""
    let stderr = ""
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk
    })
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk
    })
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, stdout, stderr }))
  })

interface Run {
  readonly words: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  readonly input?: string
  readonly umask?: number | undefined
  /** Of its terminal, where it has one. */
  readonly size?: ReadonlyArray<string>
}

/** A program that is loaded already, and does one run after the other. It ends with the process of the tests. */
const hosted = (begin: () => ChildProcess) => {
  let host: ChildProcess | undefined
  let lastRun: Promise<unknown> = Promise.resolve()
  return (
    run: Run,
    follow: (host: ChildProcess, done: (result: Result) => void) => void
  ): Promise<Result> => {
    const result = lastRun.then(
      () =>
        new Promise<Result>((resolve, reject) => {
          const running = host ?? begin()
          host = running
          const died = () => {
            host = undefined
            reject(new Error(`the program died of ${run.words.join(" ")}`))
          }
          running.once("exit", died)
          follow(running, (result) => {
            running.off("exit", died)
            resolve(result)
          })
          running.send(run)
        })
    )
    lastRun = result.catch(() => undefined)
    return result
  }
}

const hostProgram = fileURLToPath(new URL("host.mjs", import.meta.url))

const runInHost = hosted(() =>
  fork(hostProgram, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] })
)

/** What a shell in a terminal gives. Needs `script` of util-linux. */
const script = (command: string, env: Readonly<Record<string, string>>, cwd: string, ipc: boolean) =>
  spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    ...{ cwd, env: { ...env, TERM: "xterm", SHELL: "/bin/sh" } },
    stdio: ["pipe", "pipe", "inherit", ...(ipc ? (["ipc"] as const) : [])]
  })

const shell = (words: ReadonlyArray<string>): string =>
  words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")

const runInTerminal = hosted(() =>
  script(`exec ${shell([process.execPath, hostProgram])}`, { PATH: process.env.PATH ?? "" }, "/", true)
)

/** In the soak a quarter of all runs, the same each time. */
const isDrawn = (words: ReadonlyArray<string>): boolean =>
  process.env.SOAK === "1" && words.join(" ").length % 4 === 0

export class Whiteroom {
  readonly program = program

  constructor(readonly folder: string) {}

  /** A path inside the temporary folder. */
  at(...names: ReadonlyArray<string>): string {
    return path.join(this.folder, ...names)
  }

  /** The text of a file in the temporary folder. */
  read(name: string): Promise<string> {
    return readFile(this.at(name), "utf8")
  }

  readBytes(name: string): Promise<Buffer> {
    return readFile(this.at(name))
  }

  /** The names in a folder, sorted. */
  async list(name: string): Promise<ReadonlyArray<string>> {
    return (await readdir(this.at(name))).sort()
  }

  get library(): string {
    return this.at("library.db")
  }

  /** The environment of the program: nothing of the machine's own but where programs are. */
  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: process.env.PATH ?? "",
      HOME: this.folder,
      XDG_DATA_HOME: this.at("data"),
      XDG_CACHE_HOME: cache,
      WHITEROOM_CACHE: "off",
      WHITEROOM_LIBRARY: this.library,
      TZ: "UTC",
      WHITEROOM_KEYRING: "file",
      ...extra
    }
  }

  /** Programs that were started for this test, and end with it. */
  private readonly started: Array<ChildProcess> = []

  start(
    words: ReadonlyArray<string>,
    env: Readonly<Record<string, string>> = this.environment()
  ): ChildProcess {
    const child = spawn(process.execPath, [program, ...words], { cwd: this.folder, env })
    this.started.push(child)
    return child
  }

  private readonly ends: Array<() => Promise<void>> = []

  /** Done when the test has ended. */
  atEnd(end: () => Promise<void>): void {
    this.ends.push(end)
  }

  /** Ends what still runs. */
  async end(): Promise<void> {
    for (const child of this.started) child.kill("SIGKILL")
    for (const end of this.ends) await end()
  }

  run(words: ReadonlyArray<string>, { env = {}, ...options }: RunOptions = {}): Promise<Result> {
    return this.runWith(this.environment(env), words, options)
  }

  /** With exactly this environment. */
  runWith(
    env: Readonly<Record<string, string>>,
    words: ReadonlyArray<string>,
    { input = "", umask, asProcess = isDrawn(words) }: Omit<RunOptions, "env"> = {}
  ): Promise<Result> {
    if (!asProcess)
      return runInHost({ words, env, folder: this.folder, input, umask }, (host, done) =>
        host.once("message", done)
      )
    // A process has that of who starts it.
    const before = umask === undefined ? undefined : process.umask(umask)
    const child = this.start(words, env)
    if (before !== undefined) process.umask(before)
    child.stdin?.end(input)
    return resultOf(child)
  }

  /** What a shell in a terminal gives: both streams as one, with carriage returns. Needs `script` of util-linux. */
  inTerminal(
    words: ReadonlyArray<string>,
    {
      answers = [],
      env: extra = {},
      columns = 100,
      rows = 0,
      asProcess = isDrawn(words)
    }: TerminalOptions = {}
  ): Promise<Result> {
    const env = this.environment({ TERM: "xterm", SHELL: "/bin/sh", ...extra })
    const size = ["cols", `${columns}`, "rows", `${rows}`]
    const left = [...answers]
    let seen = ""
    const see = ({ stdin }: ChildProcess, chunk: Buffer) => {
      seen += chunk.toString()
      // Answers come when they are asked for, as from a person.
      if (
        !/(?:\? (?:\[y\/n\] |\[y\/n, or a number\] |\[s\/a\/n\] )?|passphrase[^:]*: |Once more: |what changed last\) |\? \[1\] )$/i.test(
          seen
        )
      )
        return
      const answer = left.shift()
      if (answer !== undefined) stdin?.write(`${typeof answer === "string" ? answer : answer(seen)}\n`)
    }
    const resultWith = (code: number | null, shown: string): Result => ({
      ...{ code, stdout: shown.replaceAll("\r\n", "\n"), stderr: "" }
    })
    if (!asProcess)
      return runInTerminal({ words, env, folder: this.folder, size }, (host, done) => {
        const look = (chunk: Buffer) => {
          see(host, chunk)
          const [end, code] = /\0(\d+)\0$/.exec(seen) ?? []
          if (end === undefined) return
          host.stdout?.off("data", look)
          done(resultWith(Number(code), seen.slice(0, -end.length)))
        }
        host.stdout?.on("data", look)
      })
    const command = `stty ${size.join(" ")} && exec ${shell([process.execPath, program, ...words])}`
    const child = script(command, env, this.folder, false)
    child.stdout?.on("data", (chunk: Buffer) => see(child, chunk))
    return resultOf(child).then(({ code }) => resultWith(code, seen))
  }
}

export interface TerminalOptions {
  /** One per question; some follow from what was shown before. */
  readonly answers?: ReadonlyArray<string | ((shown: string) => string)>
  readonly env?: Readonly<Record<string, string>>
  readonly columns?: number
  /** A terminal that does not say how many shows everything at once. */
  readonly rows?: number
  /** As a process of its own, where that is the point; in the soak a quarter are. */
  readonly asProcess?: boolean
}

/** A test with a temporary folder that is gone afterwards. */
export const it = test.extend<{ readonly whiteroom: Whiteroom }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of what a fixture needs
  whiteroom: async ({}, use) => {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), "whiteroom-test-")))
    const whiteroom = new Whiteroom(folder)
    await use(whiteroom)
    await whiteroom.end()
    await rm(folder, { recursive: true, force: true })
  }
})

/** The lines of JSON that a command printed. */
export const jsonLines = (text: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

/** The last line of JSON. */
export const summaryOf = (result: Result): Readonly<Record<string, unknown>> => {
  const last = jsonLines(result.stdout).at(-1)
  if (last === undefined) throw new Error(`no summary: ${result.stderr}`)
  return last
}
