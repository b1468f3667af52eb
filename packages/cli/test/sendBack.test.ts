/** Songs that a teacher sends back to the computer of a pupil, as both do it. */
import { hostname } from "node:os"
import { describe, expect } from "vitest"
import { schemaFaults } from "./support/jsonSchema.js"
import { smallLibrary, song, withLibrary } from "./support/library.js"
import { computer, invite, json, serveHere } from "./support/server.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

/** A library on a server whose song was ruined after a backup, and a teacher on another computer. */
const ruined = async (whiteroom: Whiteroom) => {
  await serveHere(whiteroom)
  await smallLibrary(whiteroom)
  const { link, library } = await invite(whiteroom)
  await json(whiteroom, ["connect", link, "-y", "--name", "school"])
  await json(whiteroom, ["backup"])
  await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-1", "Night Drive", '{"ruined":true}')))
  await json(whiteroom, ["push"])
  const mara = computer(whiteroom, "mara")
  const teacher = await invite(whiteroom, "--teacher", "--library-id", library)
  await json(whiteroom, ["connect", teacher.link, "-y", "--name", "school"], mara)
  return { library, mara, there: { ...mara, WHITEROOM_LIBRARY: `school/${library}` } }
}

const songsOf = async (whiteroom: Whiteroom) => {
  const { stdout } = await whiteroom.run(["song", "list", "--json"])
  return JSON.parse(stdout) as ReadonlyArray<{ readonly id: string; readonly name: string }>
}

const document = async (whiteroom: Whiteroom, id: string): Promise<string> =>
  String(JSON.parse((await whiteroom.run(["song", "show", id, "--json"])).stdout).songDataJSON)

const wish = ["restore", "latest", "--song", "Night Drive"]

/** A daemon looks at once when it starts, and then twice a minute: it starts when something waits for it. */
const daemonFor = async (whiteroom: Whiteroom) => {
  let waiting = 0
  while (waiting === 0) {
    const { stdout } = await whiteroom.run(["inbox", "--json"])
    waiting = (JSON.parse(stdout) as ReadonlyArray<unknown>).length
  }
  return whiteroom.start(["daemon", "--json"])
}

/** Much is started, and waits for much: on a machine that does much else this takes its time. */
const slow = { timeout: 240_000 }

describe("what is sent back", () => {
  it(
    "comes as a copy while the daemon runs, is told to who sent it, and is undone there",
    slow,
    async ({ whiteroom }) => {
      const { there, library } = await ruined(whiteroom)
      const before = await songsOf(whiteroom)
      const preview = await json(whiteroom, [...wish, "--dry-run"], there)
      expect(schemaFaults("restore-sent", preview.summary)).toEqual([])
      expect(preview.summary).toMatchObject({ preview: { plan: { create: 1 } } })
      // In a process of its own: the program that runs the others does one thing after the other.
      const waiting = whiteroom.run([...wish, "-y", "--wait", "120", "--json"], {
        env: there,
        asProcess: true
      })
      const daemon = await daemonFor(whiteroom)
      const result = await waiting
      daemon.kill("SIGTERM")
      const summary = summaryOf(result)
      expect(schemaFaults("restore-sent", summary)).toEqual([])
      expect([result.code, summary]).toMatchObject([0, { restore: { state: "applied", mode: "copy" } }])
      const copies = (await songsOf(whiteroom)).filter(({ id }) => !before.some((each) => each.id === id))
      expect(copies.map(({ name }) => name)).toEqual([
        expect.stringMatching(/^Night Drive \(\w+ \d+ \w+, from Anna\)$/)
      ])
      expect(await document(whiteroom, "s-1")).toBe('{"ruined":true}')
      expect(await document(whiteroom, copies[0]?.id ?? "")).not.toContain("ruined")
      const [operation] = JSON.parse((await whiteroom.run(["undo", "--list", "--json"])).stdout)
      expect(operation).toMatchObject({ what: "restore", actor: "anna@school for anna" })
      await json(whiteroom, ["undo", "-y"])
      expect(await songsOf(whiteroom)).toHaveLength(before.length)

      // It is for those who may send, and for what is named.
      const faults = [
        [["restore", "latest", "-y"], there, "A device is sent what is named"],
        [[...wish, "--mode", "exact"], there, "A device is sent single songs"],
        [[...wish, "--device", "nobody", "-y"], there, "No device"],
        [[...wish, "--wait", "9"], {}, "for what is sent to a device"],
        [[...wish, "-y"], { WHITEROOM_LIBRARY: `school/${library}` }, "may not send restores"]
      ] as const
      for (const [words, env, text] of faults)
        expect((await whiteroom.run(words, { env })).stderr).toContain(text)
    }
  )

  it(
    "replaces only what the owner agrees to, and nothing where all is refused",
    slow,
    async ({ whiteroom }) => {
      const { there } = await ruined(whiteroom)
      const replace = [...wish, "--on-conflict", "replace", "-y"]
      const sent = await json(whiteroom, replace, there)
      expect(sent).toMatchObject({ code: 0, summary: { restore: { state: "waiting", mode: "replace" } } })
      const inbox = JSON.parse((await whiteroom.run(["inbox", "--json"])).stdout)
      expect(schemaFaults("inbox-list", inbox)).toEqual([])
      expect(inbox).toMatchObject([{ from: "Anna", vault: "school", only: [{ name: "Night Drive" }] }])
      expect((await whiteroom.run(["inbox"])).stdout).toContain("replaces yours")
      expect((await whiteroom.run(["inbox", "accept"])).code).toBe(2)
      const dry = await json(whiteroom, ["inbox", "accept", "--dry-run"])
      expect(schemaFaults("inbox-accept", dry.summary)).toEqual([])
      expect(dry.summary).toMatchObject({ preview: { plan: { update: 1 } } })
      expect(await document(whiteroom, "s-1")).toBe('{"ruined":true}')
      const done = await json(whiteroom, ["inbox", "accept", "1", "-y"])
      expect(schemaFaults("inbox-accept", done.summary)).toEqual([])
      expect(done).toMatchObject({ code: 0, summary: { restore: { state: "applied" } } })
      expect(await document(whiteroom, "s-1")).not.toContain("ruined")
      await json(whiteroom, ["undo", "-y"])
      expect(await document(whiteroom, "s-1")).toBe('{"ruined":true}')

      // A part of it: the rest stays as it is there.
      await json(whiteroom, ["push"])
      const ofFirst = ["restore", "b1", ...wish.slice(2)]
      const wrong = await whiteroom.run([...ofFirst, "--part", "track Nobody", "-y"], { env: there })
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("Its parts: ")])
      const part = /Its parts: ([^;\n]+?)[.;]/.exec(wrong.stderr)?.[1] ?? ""
      await json(whiteroom, [...ofFirst, "--part", part, "-y"], there)
      const { stdout } = await whiteroom.run(["inbox"])
      expect(stdout).toContain(`Night Drive (${part})`)
      expect(stdout).toContain("replaces parts of yours")
      const inPart = await json(whiteroom, ["inbox", "accept", "-y"])
      expect(inPart).toMatchObject({ code: 0, summary: { restore: { state: "applied" } } })
      expect(await document(whiteroom, "s-1")).not.toBe('{"ruined":true}')
      await json(whiteroom, ["undo", "-y"])

      await json(whiteroom, replace, there)
      const no = await json(whiteroom, ["inbox", "refuse"])
      expect(schemaFaults("inbox-refuse", no.summary)).toEqual([])
      expect(no.summary).toMatchObject({ restore: { state: "refused", reason: "NotWanted" } })
      expect((await whiteroom.run(["inbox"])).stderr).toContain("Nothing was sent")

      const set = await json(whiteroom, ["inbox", "set", "refuse"])
      expect(schemaFaults("inbox-set", set.summary)).toEqual([])
      const waiting = whiteroom.run([...wish, "-y", "--device", hostname(), "--wait", "120", "--json"], {
        ...{ env: there, asProcess: true }
      })
      const daemon = await daemonFor(whiteroom)
      const { code, stderr } = await waiting
      daemon.kill("SIGTERM")
      expect(code).toBe(13)
      expect(stderr).toContain("its owner does not want it")
      const late = await json(whiteroom, [...wish, "-y", "--wait", "1"], there)
      expect(late).toMatchObject({ code: 3, summary: { restore: { state: "waiting" } } })
    }
  )
})
