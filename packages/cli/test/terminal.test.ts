/** What a person at a terminal sees: questions, colours, tables cut to the width. Needs `script` of util-linux. */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, rmSync } from "node:fs"
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { smallLibrary, song, withLibrary } from "./support/library.js"
import { it } from "./support/whiteroom.js"

const hasScript =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true

describe.runIf(hasScript)("in a terminal", () => {
  it("asks before it deletes, and deletes after a yes", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stdout } = await whiteroom.inTerminal(["song", "delete", "s-1"], {
      ...{ answers: ["y"], asProcess: true }
    })
    expect(stdout).toContain("Delete 1 song? [y/N] ")
    expect(stdout).toContain("Deleted 1 song.")
    expect(code).toBe(0)
    expect(await withLibrary(whiteroom, (library) => library.songs.count)).toBe(2)
  })

  it.for(["n", "", "yup"])("takes %j for a no", async (answer, { whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stdout } = await whiteroom.inTerminal(["song", "delete", "s-1"], { answers: [answer] })
    expect(code).toBe(2)
    expect(stdout).toContain("Deleting 1 song was not confirmed. Nothing was changed.\n")
    expect(await withLibrary(whiteroom, (library) => library.songs.count)).toBe(3)
  })

  it.for([60, 160])(
    "breaks what is shown between words at %d columns, and no line is wider",
    async (columns, { whiteroom }) => {
      const env = { NO_COLOR: "1" }
      await smallLibrary(whiteroom)
      await withLibrary(whiteroom, (library) =>
        library.songs.upsert({
          ...song("s-1", "Night Drive", '{"title":"Another"}'),
          composer: "Somebody with a name of many words who wrote most of it on a train to the sea",
          genre: "what is played late at night in places where nobody wants to go home yet"
        })
      )
      for (const words of [
        ["diff", "b1"],
        ["status"],
        ["show", "b1"],
        ["restore", "b1", "-n"],
        ["schedule", "list"]
      ]) {
        const { stdout } = await whiteroom.inTerminal(words, { columns, env })
        for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(columns)
        expect(stdout).not.toMatch(/^\s*$\n^\s*$/m)
      }
      const { stdout } = await whiteroom.inTerminal(["diff", "b1"], { columns, env })
      expect(stdout.replace(/\s+/g, " ")).toContain("many words who wrote most of it on")
      // JSON is for programs, also where a person looks at it.
      const profiles = await whiteroom.inTerminal(["schedule", "export"], { columns, env })
      expect(JSON.parse(profiles.stdout)).toMatchObject([{ name: "default" }])
    }
  )

  it("shows in a pager what is longer than the terminal, and nothing else", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      Effect.forEach([...Array(20).keys()], (n) => library.songs.upsert(song(`t-${n}`, `Take ${n}`)))
    )
    const seen = whiteroom.at("seen")
    const env = { PAGER: `tee '${seen}'` }
    const shown = (words: ReadonlyArray<string>, more: Record<string, string> = {}, rows = 10) =>
      whiteroom.inTerminal(words, { rows, env: { ...env, ...more } })
    const isPaged = () => {
      const was = existsSync(seen)
      rmSync(seen, { force: true })
      return was
    }
    const { code, stdout } = await shown(["song", "list"])
    expect(code).toBe(0)
    expect(stdout.match(/Take \d+/g)).toHaveLength(20)
    expect(readFileSync(seen, "utf8")).toContain("Take 19")
    expect(isPaged()).toBe(true)
    for (const [words, more, rows] of [
      [["song", "list"], {}, 60],
      [["song", "list", "--json"], {}, 10],
      [["song", "list"], { CI: "true" }, 10],
      [["song", "list"], { PAGER: "cat" }, 10],
      [["list"], {}, 60]
    ] as const) {
      expect((await shown(words, more, rows)).code).toBe(0)
      expect(isPaged()).toBe(false)
    }
    expect((await whiteroom.run(["song", "list"], { env, asProcess: true })).stdout).toContain("Take 19")
    expect(isPaged()).toBe(false)
  })

  it("is silent when the pager is closed early or Ctrl-C is pressed in it, and shows all without one", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      Effect.forEach([...Array(3000).keys()], (n) => library.songs.upsert(song(`t-${n}`, `Take ${n}`)))
    )
    const shown = (PAGER: string) =>
      whiteroom.inTerminal(["song", "list"], { rows: 10, env: { PAGER, NO_COLOR: "1" }, asProcess: true })
    const closed = await shown("head -n 3")
    expect({ code: closed.code, lines: closed.stdout.trimEnd().split("\n").length }).toEqual({
      code: 0,
      lines: 3
    })
    // The program that called the pager gets the signal too.
    const interrupted = await shown("kill -INT $PPID; cat")
    expect(interrupted.code).toBe(0)
    expect(interrupted.stdout).not.toContain("Interrupted")
    expect(interrupted.stdout.match(/Take \d+/g)).toHaveLength(3000)
    const none = await shown("no-such-pager-here 2>/dev/null")
    expect(none.code).toBe(0)
    expect(none.stdout.match(/Take \d+/g)).toHaveLength(3000)
  })

  it("never asks with --json", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const { code, stdout } = await whiteroom.inTerminal(["song", "delete", "s-1", "--json"])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ message_type: "exit_error", error: "NotConfirmed" })
  })

  it("asks about a conflict, again after an answer it does not know, and also with --yes", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) => library.songs.upsert(song("s-1", "Night Drive", "edited")))
    const document = () =>
      withLibrary(whiteroom, (library) =>
        Effect.map(library.songs.read("s-1"), (found) => found.songDataJSON)
      )

    const kept = await whiteroom.inTerminal(["restore", "b1", "--yes"], {
      answers: ["what?", "k"],
      columns: 160
    })
    expect(
      kept.stdout.split(
        "Night Drive changed after b1: [k]eep today's, [r]eplace with b1's, keep [b]oth, [c]ombine, part by [p]art, [d]iff? "
      )
    ).toHaveLength(3)
    expect(kept.code).toBe(3)
    expect(await document()).toBe("edited")

    const replaced = await whiteroom.inTerminal(["restore", "b1"], { answers: ["r", "y"] })
    expect(replaced.stdout).toContain("Restore b1: 1 change? [y/N] ")
    expect(replaced.code).toBe(0)
    expect(await document()).toBe(song("s-1", "Night Drive").songDataJSON)
  })

  it("settles each conflict in its own way: diff, both, and a capital letter for all that follow", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (library) =>
      Effect.forEach(["s-1", "s-2", "s-3"], (id) =>
        library.songs.upsert(song(id, `Song ${id}`, '{"tempo":96}'))
      )
    )
    const { code, stdout } = await whiteroom.inTerminal(["restore", "b1"], { answers: ["d", "b", "R", "y"] })
    expect(stdout).toContain(
      'Replacing Song s-1 with b1\'s would change:\n  name "Song s-1" → "Night Drive"\n'
    )
    expect(stdout.split(" changed after b1: [k]eep")).toHaveLength(4)
    expect(stdout).toContain("Restore b1: 3 changes? [y/N] ")
    expect(code).toBe(0)
    const names = await withLibrary(whiteroom, (library) =>
      Effect.map(library.songs.list(), (songs) => songs.map(({ name }) => name).toSorted())
    )
    expect(names).toEqual(["Echo", "Echo", "Night Drive (b1)", "Song s-1"])
  })

  it("settles a conflict part by part, and asks again where both cannot be", async ({ whiteroom }) => {
    const document = (tempo: number, ...pitches: ReadonlyArray<number>) =>
      JSON.stringify({
        tempo,
        tracks: [{ name: "Lead", notes: pitches.map((midi) => ({ midi, time: midi })) }]
      })
    await withLibrary(whiteroom, (library) =>
      Effect.gen(function* () {
        yield* library.songs.create(song("s-1", "Night Drive", document(96, 60, 62)))
        yield* library.backups.take()
        yield* library.songs.upsert(song("s-1", "Night Drive", document(120, 60)))
      })
    )
    const answers = ["p", "b", "k", "r", "y"]
    const { code, stdout } = await whiteroom.inTerminal(["restore", "b1"], { answers })
    expect(stdout).toContain("tempo:\n  tempo 120 → 96\n")
    expect(stdout).toContain("  [k]eep today's, [r]eplace with b1's, or [c]ombine? ")
    expect(stdout).toContain("track Lead:\n  note D4 added at 62 s in track Lead\n")
    expect(stdout).toContain("  [k]eep today's, [r]eplace with b1's, keep [b]oth, or [c]ombine? ")
    expect(code).toBe(0)
    const after = await withLibrary(whiteroom, (library) => library.songs.read("s-1"))
    expect(JSON.parse(after.songDataJSON)).toEqual(JSON.parse(document(120, 60, 62)))
  })

  it("shows colours, unless NO_COLOR or the terminal forbids them", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    expect((await whiteroom.inTerminal(["list"])).stdout).toContain("\u001b[1mBackup")
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }])
      for (const words of [["list"], ["status"], ["help"], ["bakcup"]])
        expect((await whiteroom.inTerminal(words, { env })).stdout).not.toContain("\u001b")
  })

  it("cuts tables to the width of the terminal, and leaves out what matters less", async ({ whiteroom }) => {
    await withLibrary(whiteroom, (library) =>
      library.imports.entities({
        source: "test",
        songs: [
          { ...song("a-rather-long-id", "夜".repeat(60)), composer: "Somebody", key: "Am", duration: 61 }
        ]
      })
    )
    const env = { NO_COLOR: "1" }
    const narrow = (await whiteroom.inTerminal(["song", "list"], { env, columns: 54 })).stdout
    expect(narrow.split("\n")[0]).toMatch(/^Name +Changed +Id$/)
    expect(narrow).toMatch(/\n夜+… .*a-rather-long-id\n/)
    const wide = (await whiteroom.inTerminal(["song", "list"], { env, columns: 200 })).stdout
    expect(wide.split("\n")[0]).toMatch(/^Name +Composer +Key +Length +Changed +Id$/)
    expect(wide).toContain(`${"夜".repeat(60)}  Somebody  Am     1:01`)
  })
})
