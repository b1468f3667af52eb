/** Programs that do not know us: each runs statements on a database, in a process and with a SQLite of its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"

export interface ForeignProgram {
  readonly name: string
  readonly present: boolean
  /** Runs the statements one by one, each a transaction unless they say otherwise; ends with 0 when none failed. */
  readonly start: (path: string, statements: ReadonlyArray<string>) => ChildProcess
}

const fed = (command: string, words: ReadonlyArray<string>, input: string): ChildProcess => {
  const child = spawn(command, words, { stdio: ["pipe", "pipe", "pipe"] })
  child.stdin?.end(input)
  return child
}

const works = (command: string, ...words: ReadonlyArray<string>): boolean =>
  spawnSync(command, words, { stdio: "ignore" }).status === 0

const python = `
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
for statement in json.load(sys.stdin):
    db.execute(statement).fetchall()
db.close()
`

// Found once: what is called python3 may itself look for one each time.
const { stdout: pythonProgram } = spawnSync(
  "python3",
  ["-c", "import sqlite3, sys; print(sys.executable, end='')"],
  {
    encoding: "utf8"
  }
)

const nodeSqlite = `
const { DatabaseSync } = require("node:sqlite")
const db = new DatabaseSync(process.argv[1])
db.exec("PRAGMA busy_timeout = 5000")
for (const statement of JSON.parse(require("node:fs").readFileSync(0, "utf8"))) db.exec(statement)
db.close()
`

const node = ["--experimental-sqlite", "--no-warnings"]

export const foreignPrograms: ReadonlyArray<ForeignProgram> = [
  {
    name: "the sqlite3 shell",
    present: works("sqlite3", "--version"),
    start: (path, statements) =>
      fed(
        "sqlite3",
        ["-batch", "-bail", path],
        `.timeout 5000\n${statements.map((sql) => `${sql};\n`).join("")}`
      )
  },
  {
    name: "Python's sqlite3",
    present: (pythonProgram ?? "") !== "",
    start: (path, statements) => fed(pythonProgram, ["-IS", "-c", python, path], JSON.stringify(statements))
  },
  {
    name: "node:sqlite",
    present: works(process.execPath, ...node, "-e", 'require("node:sqlite")'),
    start: (path, statements) =>
      fed(process.execPath, [...node, "-e", nodeSqlite, path], JSON.stringify(statements))
  }
]

/** What it said on stderr and how it ended. */
export const ended = (
  child: ChildProcess
): Promise<{ readonly code: number | null; readonly said: string }> =>
  new Promise((resolve, reject) => {
    let said = ""
    child.stdout?.resume()
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text
    })
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, said }))
  })
