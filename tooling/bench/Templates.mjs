// Filled files that several scenarios start from; each is made once a run, when it is first asked for.
import { mkdirSync, rmSync } from "node:fs"
import { writeSongFiles } from "./FileTools.mjs"

export class Templates {
  #made = new Map()
  #folders = 0

  constructor(workers, path, size) {
    this.workers = workers
    this.path = path
    this.size = size
  }

  async #filled(side, name, count) {
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const file = this.path(name)
    const worker = this.workers.start(side)
    await worker.call("create", { file })
    await worker.call("importSongs", { count })
    await worker.call("close")
    await worker.end()
    this.#made.set(name, file)
    return file
  }

  /** A library of ours with `size` songs and no backup. */
  library() {
    return this.#filled("ours", "template.db", this.size)
  }

  /** The same with a tenth of the songs. */
  smallLibrary() {
    return this.#filled("ours", "template-small.db", this.size / 10)
  }

  /** The live tables alone with `size` songs. */
  raw() {
    return this.#filled("raw", "template-raw.db", this.size)
  }

  /** A new folder in which `songs` holds `size` songs as files. */
  async files() {
    const folder = this.path(`files-${++this.#folders}`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    writeSongFiles(folder, this.size)
    return folder
  }
}
