// The main job on a real library, in plain words: songs come in, a backup, a loss, a restore, a check. Every step is
// the command a person would type; what the app does to its own tables is done with plain SQL, as the app does it.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, "../..")
const folder = resolve(process.argv[2] ?? join(root, "white-room-demo"))
const library = join(folder, "library.db")
const disk = join(folder, "studio-disk")
const laptop = join(folder, "new-laptop.db")
const whiteroom = join(root, "packages/cli/dist/whiteroom.mjs")
const shown = (path) => relative(process.cwd(), path) || "."

const say = (text) => console.log(text)
const chapter = (title) => say(`\n── ${title}`)

/** Runs a command as typed and shows both; anything but the expected exit code ends the demonstration. */
const type = (args, { exit = 0, into = library } = {}) => {
  say(`\n$ whiteroom ${args.map((arg) => (/[\s"']/.test(arg) ? JSON.stringify(arg) : arg)).join(" ")}`)
  const result = spawnSync(process.execPath, [whiteroom, "--library", into, ...args], {
    encoding: "utf8",
    cwd: root
  })
  const output = `${result.stdout}${result.stderr}`.trimEnd()
  if (output !== "") say(output.replace(/^/gm, "  "))
  if (result.status !== exit)
    throw new Error(`whiteroom ended with ${result.status} where ${exit} was expected`)
}

/** What the app does: plain SQL on its own tables, knowing nothing of White Room Backup. */
const app = (sql, ...parameters) => {
  const Database = createRequire(join(root, "packages/cli/package.json"))("better-sqlite3")
  const database = new Database(library, { fileMustExist: true, timeout: 5000 })
  try {
    return database.prepare(sql).run(...parameters).changes
  } finally {
    database.close()
  }
}

/** A demonstration begins afresh; only a folder it made itself is cleared. */
const prepareFolder = () => {
  const known = new Set([
    "library.db",
    "library.db-wal",
    "library.db-shm",
    "copies",
    "studio-disk",
    "new-laptop.db"
  ])
  const strange = existsSync(folder) ? readdirSync(folder).filter((name) => !known.has(name)) : []
  if (strange.length > 0)
    throw new Error(`${folder} holds ${strange[0]}, which is not from a demonstration; name another folder.`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}

const demonstrate = () => {
  prepareFolder()
  say("White Room Backup: every version of your songs, and a way back.")
  say(`This plays it through in ${shown(folder)} with sample songs.`)

  chapter("A library, and songs in it")
  type(["init"])
  type(["song", "import", "tooling/demo/songs"])
  type(["performance", "import", "tooling/demo/performances"])

  chapter("A backup")
  type(["backup", "--description", "before the late night session", "--to", join(folder, "copies")])

  chapter("The late night session")
  const edited = app(
    "UPDATE song_data SET name = name || ' (ruined)', song_data_json = '{}' WHERE rowid <= 5"
  )
  const deleted = app("DELETE FROM song_data WHERE rowid BETWEEN 6 AND 9")
  app("UPDATE song_data SET genre = 'experimental' WHERE rowid BETWEEN 10 AND 12")
  say(
    `The app, which knows nothing of this, ruins ${edited} songs, deletes ${deleted} and edits 3 more: plain SQL on its own tables.`
  )
  type(["song", "list"])

  chapter("What changed since the backup? A restore shows it first")
  type(["restore", "latest", "--mode", "exact", "--dry-run"])

  chapter("The way back")
  type(["restore", "latest", "--mode", "exact", "--yes"])
  type(["check", "--full"])
  type(["list"])

  chapter("Another place, and the day on which the laptop is lost")
  mkdirSync(disk)
  type(["vault", "add", "studio", disk])
  type(["push"])
  type(["clone", disk], { into: laptop })
  type(["history", "sample-night-bus"], { into: laptop })

  chapter("Where it is")
  say(`Library  ${shown(library)}`)
  say(`Vault    ${shown(disk)}, and the new laptop's library ${shown(laptop)}`)
  say(`Another  ${shown(join(folder, "copies"))}, which \`backup --to\` made`)
  say("\nTry next:")
  const command = `node packages/cli/dist/whiteroom.mjs --library ${shown(library)}`
  for (const next of ["status", "song list", "show b1", "usage", "events --limit 5", "help"])
    say(`  ${command} ${next}`)
}

demonstrate()
