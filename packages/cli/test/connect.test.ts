/** A computer that has a library already, or the app's own database, and a link; and the way out. */
import { spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs"
import { createServer, request as httpRequest, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { setAside } from "@white-room/store"
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { schemaFaults } from "./support/jsonSchema.js"
import { appDatabase, smallLibrary, song, sqlite, withLibrary, write } from "./support/library.js"
import { computer as another, invite, json, serveHere } from "./support/server.js"
import { it, summaryOf, type Whiteroom } from "./support/whiteroom.js"

const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux")

/** Another computer, whose folder is there. */
const computer = (whiteroom: Whiteroom, name: string) => {
  mkdirSync(whiteroom.at(name))
  return another(whiteroom, name)
}

const songsOf = async (whiteroom: Whiteroom, library: string, env: Record<string, string> = {}) =>
  JSON.parse((await whiteroom.run(["song", "list", "--json", "--library", library], { env })).stdout).length

/** Anna's library is on the server; Ben's is on this computer, with another song. */
const twoPeople = async (whiteroom: Whiteroom) => {
  await serveHere(whiteroom)
  await smallLibrary(whiteroom)
  const { link, library } = await invite(whiteroom)
  await json(whiteroom, ["connect", link, "-y"])
  const ben = computer(whiteroom, "ben")
  await whiteroom.run(["init"], { env: ben })
  const next = await invite(whiteroom, "--library-id", library)
  return { ben, link: next.link, library }
}

/** What stands between a computer and a server, and cuts the first answer to a link when the server has given it. */
const cuttingProxy = (target: string) => {
  let cut = 0
  const proxy = createServer((request, response) => {
    const { method, url, headers } = request
    const asked = httpRequest(new URL(url ?? "/", target), { method, headers }, (answer) => {
      if (method === "POST" && url === "/v1/enrolments" && cut++ === 0) {
        answer.resume().once("end", () => request.socket.destroy())
        return
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    request.pipe(asked)
  })
  return new Promise<{ readonly proxy: Server; readonly address: string }>((resolve) => {
    proxy.listen(0, "127.0.0.1", () => {
      const { port } = proxy.address() as AddressInfo
      resolve({ proxy, address: `http://127.0.0.1:${port}` })
    })
  })
}

describe("connect, when its answer is lost", () => {
  it("is asked again with the same link from the same computer, and nothing is there twice", async ({
    whiteroom
  }) => {
    const { address: real } = await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link } = await invite(whiteroom)
    const { proxy, address } = await cuttingProxy(real)
    const through = link.replace(real, address)
    const lost = await whiteroom.run(["connect", through, "-y", "--json"])
    expect([lost.code, JSON.parse(lost.stderr).error]).toEqual([14, "PlaceUnreachable"])
    const devices = async () => {
      const { stdout } = await whiteroom.run(["server", "access", "list", "--data", "srv", "--json"])
      return JSON.parse(stdout).filter(({ role }: { role: string }) => role === "device")
    }
    // The server let it in, and nobody knows.
    expect(await devices()).toHaveLength(1)
    const done = await json(whiteroom, ["connect", through, "-y"])
    expect([done.code, done.summary]).toMatchObject([0, { vault: "server", restored: false }])
    expect(await devices()).toHaveLength(1)
    const checked = await json(whiteroom, ["check", "--from", "server", "--full"])
    expect(checked.summary).toMatchObject({ ok: true, lines: 1 })
    // Another computer has no use for it.
    const ben = computer(whiteroom, "ben")
    expect((await whiteroom.run(["connect", link, "-y"], { env: ben })).stderr).toContain("used by another")
    proxy.closeAllConnections()
    await new Promise((resolve) => proxy.close(resolve))
  })
})

describe("connect, where another library lies", () => {
  it("guesses nothing: it stops, leaves both, and says what can be said", async ({ whiteroom }) => {
    const { ben, link } = await twoPeople(whiteroom)
    for (const words of [[], ["-y"]]) {
      const { code, stderr } = await whiteroom.run(["connect", link, ...words], { env: ben })
      expect([code, stderr]).toEqual([2, expect.stringContaining("is another than Anna")])
      expect(stderr).toContain("--set-aside")
    }
    const both = await whiteroom.run(["connect", link, "--set-aside", "--add-place"], { env: ben })
    expect(both.stderr).toContain("are opposites")
    expect(await songsOf(whiteroom, ben.WHITEROOM_LIBRARY)).toBe(0)
    expect(readdirSync(whiteroom.at("ben")).filter((name) => name.endsWith(".db"))).toEqual(["library.db"])
  })

  it("sets the one here aside, whole, and brings that one back; cut off in between it goes on", async ({
    whiteroom
  }) => {
    const { ben, link } = await twoPeople(whiteroom)
    const done = await json(whiteroom, ["connect", link, "--set-aside", "-y"], ben)
    expect(schemaFaults("connect", done.summary)).toEqual([])
    const aside = whiteroom.at("ben", "library.set-aside.db")
    expect(done.summary).toMatchObject({ restored: true, songs: 3, vault: "server", setAside: aside })
    expect(await songsOf(whiteroom, aside)).toBe(0)
    expect((await whiteroom.run(["check", "--library", aside])).code).toBe(0)
    // The same link again changes nothing more.
    expect((await whiteroom.run(["connect", link, "--set-aside", "-y"], { env: ben })).code).toBe(13)

    // The power failed after the file had its other name.
    const cora = computer(whiteroom, "cora")
    await whiteroom.run(["init"], { env: cora })
    await Effect.runPromise(setAside(cora.WHITEROOM_LIBRARY))
    const library = new URL(String(done.summary.places?.toString())).pathname.slice(1)
    const next = await invite(whiteroom, "--library-id", library)
    const back = await json(whiteroom, ["connect", next.link, "--set-aside", "-y"], cora)
    expect(back.summary).toMatchObject({ restored: true, songs: 3 })
    expect(back.summary.setAside).toBeUndefined()
  })

  it("moves nothing that another program has open", async ({ whiteroom }) => {
    const { ben, link } = await twoPeople(whiteroom)
    const child = whiteroom.start(["daemon", "--json"], whiteroom.environment(ben))
    await new Promise<void>((resolve) => {
      child.stdout?.once("data", () => resolve())
    })
    const refused = await whiteroom.run(["connect", link, "--set-aside", "-y", "--json"], { env: ben })
    expect([refused.code, JSON.parse(refused.stderr).error]).toEqual([11, "LibraryLocked"])
    expect(existsSync(ben.WHITEROOM_LIBRARY)).toBe(true)
    child.kill("SIGTERM")
    await new Promise((resolve) => child.once("close", resolve))
    expect((await json(whiteroom, ["connect", link, "--set-aside", "-y"], ben)).code).toBe(0)
  })

  it("adds that one as a place to look into, and sends nothing there", async ({ whiteroom }) => {
    const { ben, link, library } = await twoPeople(whiteroom)
    const done = await json(whiteroom, ["connect", link, "--add-place", "-y"], ben)
    expect(schemaFaults("connect", done.summary)).toEqual([])
    expect(done.summary).toMatchObject({ restored: false })
    expect(done.summary.vault).toBeUndefined()
    const there = await whiteroom.run(["song", "list", "--json", "-l", `server/${library}`], { env: ben })
    expect(JSON.parse(there.stdout)).toHaveLength(3)
    // What is kept there is looked at whole; of the library here nothing is said.
    const looked = await json(whiteroom, ["check", "--full", "-l", `server/${library}`], ben)
    expect([looked.code, looked.summary]).toMatchObject([0, { ok: true, level: "full", lines: 1 }])
    expect(await songsOf(whiteroom, ben.WHITEROOM_LIBRARY)).toBe(0)
    // A token of a file counts before the one that is kept.
    write(whiteroom, "wrong", `${"x".repeat(43)}\n`)
    const named = ["song", "list", "-l", `server/${library}`, "--token-file"]
    const wrong = await whiteroom.run([...named, whiteroom.at("wrong"), "--json"], { env: ben })
    expect([wrong.code, JSON.parse(wrong.stderr).error]).toEqual([13, "PlaceRefused"])
    write(whiteroom, "empty", "\n")
    const empty = await whiteroom.run([...named, whiteroom.at("empty")], { env: ben })
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining("has no token in its first line")])
    expect((await whiteroom.run(["push"], { env: ben })).stderr).toContain("has no vault yet")
  })

  it("keeps a library that is on that server already in a second place, where that is said", async ({
    whiteroom
  }) => {
    await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link } = await invite(whiteroom)
    await json(whiteroom, ["connect", link, "-y"])
    const next = await invite(whiteroom)
    const asked = await whiteroom.run(["connect", next.link, "-y"])
    expect([asked.code, asked.stderr]).toEqual([
      2,
      expect.stringContaining("is kept on that server already, as server")
    ])
    const done = await json(whiteroom, ["connect", next.link, "-y", "--add-place"])
    expect(done.summary).toMatchObject({ vault: "server-2", restored: false })
    await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-9", "New One")))
    expect((await json(whiteroom, ["push"])).summary).toMatchObject({
      vaults: [
        { name: "server", events: 1 },
        { name: "server-2", events: 1 }
      ]
    })
    // A third person at this computer begins with nothing.
    const third = await invite(whiteroom)
    const begun = await json(whiteroom, ["connect", third.link, "-y", "--set-aside"])
    expect(begun.summary).toMatchObject({ vault: "server", restored: false })
    expect(await songsOf(whiteroom, whiteroom.library)).toBe(0)
    expect(await songsOf(whiteroom, whiteroom.at("library.set-aside.db"))).toBe(4)
  })

  it.runIf(hasScript)("asks at a terminal: set aside, add, or stop", async ({ whiteroom }) => {
    const { ben, link } = await twoPeople(whiteroom)
    const stopped = await whiteroom.inTerminal(["connect", link], { env: ben, answers: ["n"] })
    expect(stopped.stdout).toContain("s  set it aside and bring that one back")
    expect([stopped.code, stopped.stdout]).toEqual([2, expect.stringContaining("Nothing was changed")])
    const brought = await whiteroom.inTerminal(["connect", link], { env: ben, answers: ["s", "y"] })
    expect(brought.code).toBe(0)
    expect(brought.stdout).toMatch(/The library that was here lies in .*library\.set-aside\.db now/)
    expect(await songsOf(whiteroom, ben.WHITEROOM_LIBRARY)).toBe(3)
  })
})

describe("connect", () => {
  it("adopts the app's database where there is no library, and can be given again", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    const { WHITEROOM_LIBRARY: _, ...env } = whiteroom.environment()
    const file = appDatabase(whiteroom, "data/White Room/white_room.db")
    const rows = sqlite(file, "SELECT * FROM song_data ORDER BY id")
    const { link } = await invite(whiteroom)
    const asked = await whiteroom.runWith(env, ["connect", link])
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining("must be confirmed")])
    // Adopted, and cut off before anything was sent.
    expect((await whiteroom.runWith(env, ["adopt", "-y"])).code).toBe(0)
    const done = await whiteroom.runWith(env, ["connect", link, "-y", "--json"])
    expect([done.code, summaryOf(done)]).toMatchObject([0, { vault: "server", restored: false }])
    expect(sqlite(file, "SELECT * FROM song_data ORDER BY id")).toBe(rows)
  })

  it("adopts and sends with one command", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    const { WHITEROOM_LIBRARY: _, ...env } = whiteroom.environment()
    const file = appDatabase(whiteroom, "data/White Room/white_room.db")
    const { link } = await invite(whiteroom)
    const done = await whiteroom.runWith(env, ["connect", link, "-y"])
    expect([done.code, done.stderr]).toEqual([0, expect.stringContaining("It is your library from now on")])
    expect(done.stderr).toContain("was read back from it")
    const status = JSON.parse((await whiteroom.runWith(env, ["status", "--json"])).stdout)
    expect(status).toMatchObject({ library: { path: file }, vaults: [{ name: "server", changed: 0 }] })
  })

  it("--push-only sends and reads nothing there any more", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link, library } = await invite(whiteroom)
    const done = await json(whiteroom, ["connect", link, "-y", "--push-only"])
    expect(schemaFaults("connect", done.summary)).toEqual([])
    expect(done.summary).toMatchObject({ role: "push-only", vault: "server", restored: false })
    await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-9", "New One")))
    expect((await json(whiteroom, ["push"])).summary).toMatchObject({ vaults: [{ events: 1 }] })
    const looked = await whiteroom.run(["song", "list", "-l", `server/${library}`])
    expect(looked.code).toBe(13)
    expect((await whiteroom.run(["check", "--from", "server"])).code).toBe(13)
    expect((await whiteroom.run(["status"])).code).toBe(0)
    // Another computer, which may read, has everything.
    const next = await invite(whiteroom, "--library-id", library)
    const back = await json(whiteroom, ["connect", next.link, "-y"], computer(whiteroom, "new"))
    expect(back.summary).toMatchObject({ restored: true, songs: 4 })
  })

  it("a link that only sends is for a computer that has the library, and can be given again", async ({
    whiteroom
  }) => {
    await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link, library } = await invite(whiteroom)
    await json(whiteroom, ["connect", link, "-y"])
    const next = await invite(whiteroom, "--library-id", library, "--push-only")
    const ben = computer(whiteroom, "ben")
    const without = await whiteroom.run(["connect", next.link, "-y"], { env: ben })
    expect([without.code, without.stderr]).toEqual([
      2,
      expect.stringContaining("a computer that has the library")
    ])
    cpSync(whiteroom.library, ben.WHITEROOM_LIBRARY)
    await whiteroom.run(["song", "delete", "s-1", "-y"], { env: ben })
    const sent = await json(whiteroom, ["connect", next.link, "-y"], ben)
    expect(sent.summary).toMatchObject({ role: "push-only", vault: "server" })
    // Of somebody else nothing comes into it.
    const last = await invite(whiteroom, "--library-id", library, "--push-only")
    const cora = computer(whiteroom, "cora")
    await whiteroom.run(["init"], { env: cora })
    await whiteroom.run(["backup"], { env: cora })
    const other = await whiteroom.run(["connect", last.link, "-y"], { env: cora })
    expect([other.code, other.stderr]).toEqual([13, expect.stringContaining("another library")])
  })

  it("--push-only takes a sealed place too", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link } = await invite(whiteroom, "--sealed")
    const env = { WHITEROOM_PASSPHRASE: "four words of mine" }
    const narrow = ["connect", link, "-y", "--push-only"]
    expect((await json(whiteroom, narrow, env)).summary).toMatchObject({ role: "push-only", sealed: true })
    await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-9", "New One")))
    expect((await json(whiteroom, ["push"])).summary).toMatchObject({ vaults: [{ events: 1 }] })
  })
})

describe("disconnect --set-aside", () => {
  it("leaves the server and makes room; cut off in between it goes on", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link } = await invite(whiteroom)
    await json(whiteroom, ["connect", link, "-y"])
    const dry = await whiteroom.run(["disconnect", "server", "--set-aside", "-n"])
    expect(dry.stderr).toMatch(/Would disconnect from http:.* and set .*library\.db aside/)
    // It left, and the power failed.
    await json(whiteroom, ["disconnect", "server", "-y"])
    const unknown = await whiteroom.run(["disconnect", "server", "-y"])
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("knows no vault")])
    const left = await json(whiteroom, ["disconnect", "server", "--set-aside", "-y"])
    expect(schemaFaults("disconnect", left.summary)).toEqual([])
    expect(left.summary).toMatchObject({ setAside: whiteroom.at("library.set-aside.db") })
    expect(existsSync(whiteroom.library)).toBe(false)
    expect(await songsOf(whiteroom, whiteroom.at("library.set-aside.db"))).toBe(3)
  })
})
