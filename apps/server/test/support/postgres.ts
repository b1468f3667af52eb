/** A PostgreSQL of this machine's programs, for one run of tests: on a free port of loopback, its files in a temporary folder. */
import { type ChildProcess, type ExecFileOptions, execFile, spawn, spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { promisify } from "node:util"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { temporaryFolder } from "./temporaryFolder.js"

const run = promisify(execFile)

/** Debian keeps its programs beside the path, one folder for each version. */
const programs = (): string | undefined => {
  const root = "/usr/lib/postgresql"
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : []
  return versions.map((version) => join(root, version, "bin")).find((bin) => existsSync(join(bin, "initdb")))
}

/** Whether there is one, Debian's `postgresql`, and a user that it agrees to run as: it refuses root. */
export const hasPostgres = (): boolean => programs() !== undefined && userOf() !== undefined

interface User {
  readonly uid: number
  readonly gid: number
}

const userOf = (): User | undefined => {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  if (uid !== 0) return { uid, gid }
  const idOf = (flag: string) => spawnSync("id", [flag, "postgres"], { encoding: "utf8" })
  const [found, group] = [idOf("-u"), idOf("-g")]
  return found.status === 0 ? { uid: Number(found.stdout), gid: Number(group.stdout) } : undefined
}

export interface Postgres {
  /** The address of a new, empty database of its own, as a user that owns nothing else. */
  readonly database: Effect.Effect<Redacted.Redacted>
  /** Its port, at which `postgresAt` finds it from another process. */
  readonly port: number
  /** Says statements in a database as its administrator. */
  readonly say: (url: Redacted.Redacted, statements: string) => Effect.Effect<string>
  /** Ends it at once, as a machine that fails, and starts it again. */
  readonly restart: Effect.Effect<void>
  /** The same, and does something in between. */
  readonly without: <E, R>(work: Effect.Effect<void, E, R>) => Effect.Effect<void, E, R>
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once("exit", () => resolve())
  })

const psqlAt =
  (bin: string, port: number, options: ExecFileOptions) => (database: string, statements: string) =>
    run(
      join(bin, "psql"),
      [
        ...["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-qAt"],
        ...["-d", database, "-c", statements]
      ],
      options
    )

type Psql = ReturnType<typeof psqlAt>

/** What one that runs is asked for. */
const askedBy = (psql: Psql, port: number): Pick<Postgres, "database" | "say"> => ({
  database: Effect.promise(async () => {
    const name = `wr_${randomBytes(6).toString("hex")}`
    await psql("postgres", `CREATE ROLE ${name} LOGIN`)
    await psql("postgres", `CREATE DATABASE ${name} OWNER ${name}`)
    return Redacted.make(`postgres://${name}@127.0.0.1:${port}/${name}`)
  }),
  say: (url, statements) =>
    Effect.promise(async () => {
      const { stdout } = await psql(new URL(Redacted.value(url)).pathname.slice(1), statements)
      return String(stdout).trim()
    })
})

/** One that another process has started. */
export const postgresAt = (port: number): Pick<Postgres, "database" | "say"> =>
  askedBy(psqlAt(programs() ?? "", port, {}), port)

/** One PostgreSQL for as long as the scope lasts. It keeps nothing. */
export const postgres = Effect.gen(function* () {
  const [bin, user] = [programs(), userOf()]
  if (bin === undefined || user === undefined) return yield* Effect.dieMessage("install postgresql")
  const folder = yield* temporaryFolder
  const data = join(folder, "cluster")
  const port = yield* Effect.promise(freePort)
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, TZ: "UTC" } }
  mkdirSync(data, { mode: 0o700 })
  chmodSync(folder, 0o711)
  chownSync(data, user.uid, user.gid)
  const psql = psqlAt(bin, port, options)

  const start = async (): Promise<ChildProcess> => {
    const settings = { fsync: "off", max_connections: "200", unix_socket_directories: "", autovacuum: "off" }
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    const where = ["-D", data, "-p", String(port), "-h", "127.0.0.1"]
    const child = spawn(join(bin, "postgres"), [...where, ...args], { ...options, stdio: "ignore" })
    while (child.exitCode === null) {
      const isUp = await psql("postgres", "SELECT 1").then(
        () => true,
        () => false
      )
      if (isUp) return child
    }
    throw new Error("PostgreSQL has ended")
  }
  const stop = async (child: ChildProcess): Promise<void> => {
    child.kill("SIGQUIT")
    await ended(child)
  }

  yield* Effect.promise(() =>
    run(
      join(bin, "initdb"),
      // Another order of texts than that of their bytes: nothing may rest on it.
      [
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale-provider",
        "icu",
        "--icu-locale",
        "en-US",
        "--no-sync"
      ],
      options
    )
  )
  const state = { child: yield* Effect.promise(start) }
  yield* Effect.addFinalizer(() => Effect.promise(() => stop(state.child)))
  const without: Postgres["without"] = (work) =>
    Effect.acquireUseRelease(
      Effect.promise(() => stop(state.child)),
      () => work,
      () =>
        Effect.promise(async () => {
          state.child = await start()
        })
    )
  const server: Postgres = {
    ...askedBy(psql, port),
    port,
    without,
    restart: without(Effect.void)
  }
  return server
})
