/**
 * SIGKILL in front of a step of an adoption, from the first statement to the last: afterwards there is either the
 * app's database as it was or a whole library, and adopting again finishes it.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { adoptLibrary } from "../../src/adopt/AdoptLibrary.js"
import { allBackups } from "../../src/backup/Catalog.js"
import { damageOf, scratchFolder, start, using } from "../reliability/support/world.js"
import { appContent, asApp, makeAppDatabase } from "../support/appDatabase.js"
import { bundle } from "../support/bundle.js"
import { rounds } from "../support/soak.js"

const isLibrary = (path: string): boolean =>
  asApp(
    path,
    (app) => app.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'library_info'").get() !== undefined
  )

const expectWhole = (path: string, content: string): void => {
  expect(appContent(path)).toBe(content)
  using(path, (session) => {
    expect(damageOf(session, start)).toEqual([])
    expect(allBackups(session.db).map(({ description }) => description)).toEqual([
      "about backup-one",
      "about backup-two",
      "Adopted white_room.db"
    ])
  })
}

const run = (program: string, path: string, into: string, step: number) =>
  spawnSync(process.execPath, [program, path, into, String(step)], { encoding: "utf8" })

/** Some steps, evenly spread, and the last ones, where things get their names. */
const stepsToTry = (total: number): ReadonlyArray<number> => {
  const spread = rounds(2, 20)
  const chosen = Array.from({ length: spread }, (_, index) => 1 + Math.floor((index * total) / spread))
  const last = [total - 5, total - 3, total - 1, total].slice(rounds(2, 0))
  return [...new Set([...chosen, ...last])]
}

const program = join(mkdtempSync(join(tmpdir(), "white-room-test-")), "adoptProgram.mjs")
beforeAll(() => bundle(new URL("./support/adoptProgram.ts", import.meta.url), program))
afterAll(() => rmSync(dirname(program), { recursive: true }))

const setting = (mode: string) => {
  const folder = scratchFolder()
  const base = makeAppDatabase(join(folder, "base.db"))
  asApp(base, (app) => app.pragma(`journal_mode = ${mode}`))
  const fresh = (name: string): string => {
    mkdirSync(join(folder, name))
    const path = join(folder, name, "white_room.db")
    copyFileSync(base, path)
    return path
  }
  return { fresh, content: appContent(base) }
}

describe("an adoption that is killed", () => {
  for (const mode of ["DELETE", "WAL"])
    it(`in place leaves the old database or a whole library, journal mode ${mode}`, {
      timeout: 600_000
    }, () => {
      const { fresh, content } = setting(mode)
      const whole = run(program, fresh("whole"), "", 0)
      const total = Number(whole.stdout)
      expect(total).toBeGreaterThan(100)
      const outcomes = new Set<string>()
      for (const step of stepsToTry(total)) {
        const path = fresh(`step-${step}`)
        expect(run(program, path, "", step).signal, `step ${step}`).toBe("SIGKILL")
        const done = isLibrary(path)
        outcomes.add(done ? "library" : "app")
        if (done) expectWhole(path, content)
        else {
          expect(appContent(path)).toBe(content)
          asApp(path, (app) => {
            expect(app.pragma("journal_mode", { simple: true })).toBe(mode.toLowerCase())
            expect(app.pragma("integrity_check", { simple: true })).toBe("ok")
          })
        }
        const copies = () => readdirSync(join(path, "..")).filter((name) => name.includes("before-adoption"))
        for (const copy of copies()) expect(appContent(join(path, "..", copy))).toBe(content)
        if (done) expect(copies()).toHaveLength(1)
        expect(adoptLibrary(path, { actor: "ada@studio" }, start).already).toBe(done)
        expectWhole(path, content)
        expect(readdirSync(join(path, "..")).filter((name) => name.includes("whiteroom-new"))).toEqual([])
      }
      expect([...outcomes].toSorted()).toEqual(["app", "library"])
    })

  it("into a new file leaves the original alone, and a whole library or none", {
    timeout: 600_000
  }, () => {
    const { fresh, content } = setting("DELETE")
    const intoOf = (path: string): string => join(path, "..", "mine", "library.db")
    const first = fresh("whole")
    const total = Number(run(program, first, intoOf(first), 0).stdout)
    const outcomes = new Set<boolean>()
    for (const step of stepsToTry(total)) {
      const path = fresh(`step-${step}`)
      const bytes = readFileSync(path)
      const into = intoOf(path)
      expect(run(program, path, into, step).signal, `step ${step}`).toBe("SIGKILL")
      expect(readFileSync(path).equals(bytes)).toBe(true)
      outcomes.add(existsSync(into))
      if (!existsSync(into)) expect(run(program, path, into, 0).status).toBe(0)
      expectWhole(into, content)
    }
    expect(outcomes.size).toBe(2)
  })
})
