// Baseline (c): restic and borg, each a program of its own, on the same songs as files.
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import path from "node:path"
import { songAt, songsFrom } from "./songs.mjs"
import { runProgram } from "./Workers.mjs"

/** Keeps the programs' caches and keys inside the folder of the bench. */
const environment = (folder) => ({
  ...process.env,
  RESTIC_PASSWORD: "bench",
  RESTIC_CACHE_DIR: path.join(folder, "restic-cache"),
  BORG_BASE_DIR: path.join(folder, "borg-base"),
  BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "yes",
  BORG_RELOCATED_REPO_ACCESS_IS_OK: "yes"
})

const restic = (repository) => ({
  init: ["init", "--repo", repository],
  backup: () => ["backup", "--repo", repository, "--quiet", "songs"],
  restore: () => ["restore", "latest", "--repo", repository, "--target", "."],
  check: ["check", "--repo", repository, "--read-data"]
})

const borg = (repository) => ({
  init: ["init", "--encryption=none", repository],
  backup: (number) => ["create", `${repository}::b${number}`, "songs"],
  restore: (number) => ["extract", `${repository}::b${number}`],
  check: ["check", "--verify-data", repository]
})

const commands = { restic, borg }

/** What is installed, with its version. */
export const installedTools = () =>
  Object.keys(commands).flatMap((name) => {
    const { status, stdout } = spawnSync(name, [name === "restic" ? "version" : "--version"], {
      encoding: "utf8"
    })
    return status === 0 ? [{ name, version: /\d+(\.\d+)+/.exec(stdout)?.[0] ?? "unknown" }] : []
  })

const nameOf = (index) => `${String(index).padStart(5, "0")}.json`

/** The documents of these songs as files. */
export const writeSongFiles = (folder, count) => {
  const songs = path.join(folder, "songs")
  mkdirSync(songs, { recursive: true })
  for (const [index, song] of songsFrom(0, count).entries())
    writeFileSync(path.join(songs, nameOf(index)), song.songDataJSON)
}

export const editSongFiles = (folder, indexes, version) => {
  for (const index of indexes)
    writeFileSync(path.join(folder, "songs", nameOf(index)), songAt(index, version).songDataJSON)
}

const bytesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size, 0)

/** One repository of one tool beside a folder of songs; each method gives milliseconds. */
export class FileTool {
  #backups = 0

  /** `repository`: elsewhere than in the folder, with what the environment needs for it. */
  constructor(name, folder, repository = path.join(folder, `${name}-repository`), env = {}) {
    this.name = name
    this.folder = folder
    this.repository = repository
    this.env = env
    this.commands = commands[name](this.repository)
  }

  async #run(args, cwd = this.folder) {
    const { ms } = await runProgram(this.name, args, {
      cwd,
      env: { ...environment(this.folder), ...this.env }
    })
    return ms
  }

  init() {
    return this.#run(this.commands.init)
  }

  backup() {
    return this.#run(this.commands.backup(++this.#backups))
  }

  /** Restores the newest backup into an empty folder. */
  async restore() {
    const target = path.join(this.folder, `${this.name}-restored`)
    rmSync(target, { recursive: true, force: true })
    mkdirSync(target)
    const ms = await this.#run(this.commands.restore(this.#backups), target)
    rmSync(target, { recursive: true })
    return ms
  }

  check() {
    return this.#run(this.commands.check)
  }

  /** Bytes of the repository's files. */
  size() {
    return bytesIn(this.repository)
  }
}
