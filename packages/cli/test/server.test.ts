/** A server, and devices that keep their libraries there: as their owners do it. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { describe, expect } from "vitest"
import { schemaFaults } from "./support/jsonSchema.js"
import { smallLibrary, song, sqlite, withLibrary, write } from "./support/library.js"
import { computer, invite, json, serve, serveHere } from "./support/server.js"
import { it, jsonLines, summaryOf } from "./support/whiteroom.js"

describe("a server", () => {
  it("keeps a library, and gives a new computer everything back", async ({ whiteroom }) => {
    const { line, child, ended } = await serve(whiteroom)
    expect(schemaFaults("server-line", line)).toEqual([])
    await smallLibrary(whiteroom)
    const { link, library } = await invite(whiteroom)

    // Nothing leaves before somebody said yes; the link is not lost by a no.
    const asked = await whiteroom.run(["connect", link])
    expect(asked.code).toBe(2)
    expect(asked.stderr).toContain("can read your songs and every version of them")
    const connected = await json(whiteroom, ["connect", link, "-y"])
    expect(connected.code).toBe(0)
    expect(schemaFaults("connect", connected.summary)).toEqual([])
    expect(connected.summary).toMatchObject({ vault: "server", sealed: false, restored: false })
    await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-9", "New One")))
    expect((await json(whiteroom, ["push"])).summary).toMatchObject({
      vaults: [{ name: "server", events: 1 }]
    })
    expect((await json(whiteroom, ["check", "--from", "server", "--full"])).summary).toMatchObject({
      ok: true
    })
    expect((await whiteroom.run(["status"])).stdout).not.toContain("No copy can be reached")

    // The computer is gone. A new one, with one link and one command.
    const songs = JSON.parse((await whiteroom.run(["song", "list", "--json"])).stdout)
    rmSync(whiteroom.library)
    rmSync(whiteroom.at(".config"), { recursive: true, force: true })
    const home = computer(whiteroom, "new")
    const next = await invite(whiteroom, "--library-id", library)
    const back = await json(whiteroom, ["connect", next.link, "-y"], home)
    expect(back.summary).toMatchObject({ restored: true, songs: songs.length })
    const again = await whiteroom.run(["song", "list", "--json"], { env: home })
    const byId = (list: ReadonlyArray<{ readonly id: string }>) =>
      list.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    expect(byId(JSON.parse(again.stdout))).toEqual(byId(songs))
    expect((await json(whiteroom, ["push"], home)).code).toBe(0)

    child.kill("SIGTERM")
    const { code, stdout } = await ended
    expect(code).toBe(0)
    const lines = jsonLines(stdout)
    expect(lines.at(-1)).toMatchObject({ event: "stopped", signal: "SIGTERM" })
    expect(lines.flatMap((each) => schemaFaults("server-line", each))).toEqual([])
  })

  it("that lost everything is sent everything again, with a new link and one command", async ({
    whiteroom
  }) => {
    const first = await serve(whiteroom)
    await smallLibrary(whiteroom)
    const { link, library } = await invite(whiteroom)
    expect((await json(whiteroom, ["connect", link, "-y"])).code).toBe(0)
    const listen = new URL(String(first.line.address)).host
    first.child.kill("SIGKILL")
    await first.ended
    rmSync(whiteroom.at("srv"), { recursive: true, force: true })
    await serve(whiteroom, listen)
    const pushed = await whiteroom.run(["push"])
    expect(pushed.stderr).toContain("Ask for a new link")
    expect(pushed.stderr).toContain("whiteroom server invite")
    const next = await invite(whiteroom)
    expect(next.library).not.toBe(library)
    // Nothing is given up before somebody said yes.
    const asked = await whiteroom.run(["connect", next.link])
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining("is not there any more")])
    const { code, summary } = await json(whiteroom, ["connect", next.link, "-y"])
    expect([code, summary]).toMatchObject([0, { vault: "server", restored: false }])
    expect((await json(whiteroom, ["push"])).code).toBe(0)
    expect((await json(whiteroom, ["check", "--from", "server", "--full"])).summary).toMatchObject({
      ok: true
    })
    const vaults = await whiteroom.run(["vault", "list", "--json"])
    expect(vaults.stdout).toContain(next.library)
    expect(vaults.stdout).not.toContain(library)
  })

  it.runIf(process.platform === "linux")(
    "gets nothing over a metered network where a profile says so, which everybody is told",
    async ({ whiteroom }) => {
      await serveHere(whiteroom)
      await smallLibrary(whiteroom)
      const { link } = await invite(whiteroom)
      await json(whiteroom, ["connect", link, "-y"])
      const words = ["--when", "every hour", "--to", "server", "--on-metered", "pause", "--no-notify"]
      expect((await whiteroom.run(["schedule", "add", "often", ...words])).code).toBe(0)
      write(
        whiteroom,
        "bin/nmcli",
        "#!/bin/sh\nprintf 'GENERAL.STATE:100 (connected)\\nGENERAL.METERED:yes\\n'\n"
      )
      chmodSync(whiteroom.at("bin/nmcli"), 0o755)
      const env = { PATH: `${whiteroom.at("bin")}:${process.env.PATH}` }
      const child = whiteroom.start(["daemon", "--json"], whiteroom.environment(env))
      await new Promise<void>((resolve) => {
        let text = ""
        child.stdout?.on("data", (chunk) => {
          text += String(chunk)
          if (/"event":"paused"/.test(text)) resolve()
        })
        child.once("close", () => resolve())
      })
      await new Promise((resolve) => {
        child.once("close", resolve)
        child.kill("SIGTERM")
      })
      expect((await whiteroom.run(["schedule", "list"], { env })).stdout).toContain(
        "waits: the network is metered"
      )
      expect((await whiteroom.run(["status"], { env })).stdout).toContain(
        "waits: the network is metered (often)"
      )
      const [listed] = JSON.parse((await whiteroom.run(["schedule", "list", "--json"], { env })).stdout)
      expect(listed).toMatchObject({
        name: "often",
        waits: "the network is metered",
        places: [{ lastOutcome: "skipped" }, { lastRun: null }]
      })
      const sent = await json(whiteroom, ["schedule", "run", "often"], env)
      expect(sent.summary).toMatchObject({
        runs: [{ activity: "backup" }, { activity: "copy", outcome: "done" }]
      })
    }
  )

  it("is a place of setup, by the link of an invitation, also on a new computer", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link, library } = await invite(whiteroom)
    const code = link.split("#")[1] ?? ""
    const words = ["setup", "--place", link, "--no-service"]
    const dry = await whiteroom.run([...words, "-n"])
    expect(dry.stderr).toMatch(/would be kept on 127\.0\.0\.1:\d+; the link was not used/)
    expect(dry.stderr).not.toContain(code)
    const done = await whiteroom.run([...words, "-y"])
    expect(done.code).toBe(0)
    expect(done.stderr).toMatch(
      /127\.0\.0\.1:\d+ \(vault server\): everything is there; ".+" was read back from it/
    )
    expect(done.stderr).toContain("whiteroom disconnect server\n")
    expect(done.stderr).not.toContain(code)
    expect((await whiteroom.run(["schedule", "export"])).stdout).not.toContain(code)
    // The same again, by the same link or none: nothing is done twice.
    expect((await json(whiteroom, [...words, "-y"])).summary).toMatchObject({ places: [{ vault: "server" }] })

    const home = computer(whiteroom, "new")
    mkdirSync(whiteroom.at("new"))
    const next = await invite(whiteroom, "--library-id", library)
    const back = await json(whiteroom, ["setup", "--place", next.link, "--no-service", "-y"], home)
    expect(back).toMatchObject({
      code: 0,
      summary: { broughtBack: true, songs: 3, places: [{ vault: "server" }] }
    })
    const songs = JSON.parse((await whiteroom.run(["song", "list", "--json"], { env: home })).stdout)
    expect(songs).toHaveLength(3)

    const used = await whiteroom.run(["setup", "--place", link, "--no-service", "-y"], {
      env: computer(whiteroom, "third")
    })
    expect(used.code).toBe(3)
    expect(used.stderr).toContain("this code was used by another device already")
    expect(used.stderr).not.toContain(code)
  })

  it("lets nobody in whose access was revoked, and forgets who disconnects", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link } = await invite(whiteroom)
    await json(whiteroom, ["connect", link, "-y", "--name", "school"])
    const keys = whiteroom.at(".config", "white-room", "keys")
    for (const name of readdirSync(keys)) expect(statSync(`${keys}/${name}`).mode & 0o077).toBe(0)

    const list = await whiteroom.run(["server", "access", "list", "--data", "srv", "--json"])
    const accesses = JSON.parse(list.stdout)
    expect(schemaFaults("server-access-list", accesses)).toEqual([])
    expect(accesses).toMatchObject([{ name: "Anna", role: "device" }])
    const edit = ["server", "access", "edit", "Anna", "--data", "srv"]
    const edited = await json(whiteroom, [...edit, "--name", "Anna's Mac", "--days", "30"])
    expect(schemaFaults("server-access-edit", edited.summary)).toEqual([])
    expect(edited.summary).toMatchObject({ access: { name: "Anna's Mac", role: "device" }, mirrored: true })
    const back = ["server", "access", "edit", "Anna's Mac", "--data", "srv", "--name", "Anna", "--never"]
    expect((await json(whiteroom, back)).summary).toMatchObject({ access: { expiresAt: null } })
    for (const [words, text] of [
      [edit, "What is to change?"],
      [[...edit, "--days", "1", "--never"], "are opposites"],
      [[...edit, "--role", "teacher"], "does not fit this access"],
      [[...edit, "--library-id", "nobody"], "no such library"]
    ] as const)
      expect([words, (await whiteroom.run(words)).stderr]).toEqual([words, expect.stringContaining(text)])
    const revoked = await json(whiteroom, ["server", "access", "revoke", "Anna", "--data", "srv", "-y"])
    expect(schemaFaults("server-access-revoke", revoked.summary)).toEqual([])
    await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-9", "New One")))
    const refused = await whiteroom.run(["push", "--json"])
    expect(refused.code).toBe(3)
    expect(summaryOf(refused)).toMatchObject({ vaults: [{ error: "PlaceRefused" }] })

    // With a new link the same library goes on.
    const { library } = { library: String(accesses[0].libraries[0]) }
    const next = await invite(whiteroom, "--library-id", library)
    expect((await json(whiteroom, ["connect", next.link, "-y"])).code).toBe(0)
    expect((await json(whiteroom, ["check", "--from", "school", "--full"])).summary).toMatchObject({
      ok: true
    })
    const left = await json(whiteroom, ["disconnect", "school", "-y"])
    expect(schemaFaults("disconnect", left.summary)).toEqual([])
    expect(left.summary).toMatchObject({ told: true })
    expect(readdirSync(keys).filter((name) => name.startsWith("server-"))).toEqual([])
  })

  it("comes back from its mirror: the device goes on, who was revoked stays out", async ({ whiteroom }) => {
    mkdirSync(whiteroom.at("mirror"))
    const first = await serve(whiteroom, "127.0.0.1:0", "--mirror", "mirror")
    expect(first.line).toMatchObject({ mirror: true })
    await smallLibrary(whiteroom)
    const { link } = await invite(whiteroom)
    await json(whiteroom, ["connect", link, "-y"])
    const other = await invite(whiteroom)
    await json(whiteroom, ["connect", other.link, "-y"], computer(whiteroom, "other"))
    const list = JSON.parse(
      (await whiteroom.run(["server", "access", "list", "--data", "srv", "--json"])).stdout
    )
    const id = String(list.find((each: { libraries: [string] }) => each.libraries[0] === other.library).id)
    const revoked = await json(whiteroom, ["server", "access", "revoke", id, "--data", "srv", "-y"])
    expect(revoked.summary).toMatchObject({ mirrored: true })
    const whole = await json(whiteroom, ["server", "check", "--data", "srv"])
    expect(schemaFaults("server-check", whole.summary)).toEqual([])
    expect(whole.summary).toMatchObject({ ok: true, copies: expect.any(Number) })
    expect(Number(whole.summary.copies)).toBeGreaterThan(0)
    first.child.kill("SIGTERM")
    await first.ended
    sqlite(whiteroom.at("srv", "control.db"), "UPDATE audit SET actor = 'x' WHERE number = 3")
    const changed = await json(whiteroom, ["server", "check", "--data", "srv"])
    expect(changed).toMatchObject({
      ...{
        code: 4,
        summary: { ok: false, fault: expect.stringContaining("entry 3 is not as it was written") }
      }
    })
    rmSync(whiteroom.at("srv"), { recursive: true })
    const { host } = new URL(String(first.line.address))
    const again = await serve(whiteroom, host, "--from", "mirror", "--mirror", "mirror")
    expect(schemaFaults("server-line", again.line)).toEqual([])
    expect(again.line).toMatchObject({ rebuilt: { libraries: 2, passedOver: 0 } })
    await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-9", "New One")))
    expect((await json(whiteroom, ["push"])).summary).toMatchObject({ vaults: [{ events: 1 }] })
    expect((await json(whiteroom, ["check", "--from", "server", "--full"])).summary).toMatchObject({
      ok: true
    })
    const refused = await whiteroom.run(["push", "--json"], { env: computer(whiteroom, "other") })
    expect(summaryOf(refused)).toMatchObject({ vaults: [{ error: "PlaceRefused" }] })
  })

  it("sends libraries away with a link, keeps them after all, and erases one with a receipt", async ({
    whiteroom
  }) => {
    const { end } = await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link, library } = await invite(whiteroom)
    await json(whiteroom, ["connect", link, "-y"])
    const left = await json(whiteroom, ["server", "leave", "Anna", "--data", "srv", "-y"])
    expect(schemaFaults("server-leave", left.summary)).toEqual([])
    expect(left.summary).toMatchObject({
      leaving: [{ id: library, link: expect.stringContaining("/join#") }]
    })
    await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-9", "New One")))
    const refused = await whiteroom.run(["push", "--json"])
    expect(summaryOf(refused)).toMatchObject({ vaults: [{ error: "PlaceRefused" }] })
    expect(refused.stdout).toContain("it is leaving there")
    await json(whiteroom, ["server", "leave", library, "--stay", "--data", "srv"])
    expect((await json(whiteroom, ["push"])).summary).toMatchObject({ vaults: [{ events: 1 }] })

    await end()
    const erase = ["server", "erase", library, "--data", "srv"]
    expect((await whiteroom.run([...erase, "-y"])).code).toBe(2)
    expect((await whiteroom.run([...erase, "--now"])).stderr).toContain("no way back")
    expect(existsSync(whiteroom.at("srv", "libraries", library))).toBe(true)
    const erased = await json(whiteroom, [...erase, "--now", "-y"])
    expect(schemaFaults("server-erase", erased.summary)).toEqual([])
    expect(erased.summary).toMatchObject({ id: library, places: [{ files: expect.any(Number) }] })
    expect(existsSync(whiteroom.at("srv", "libraries", library))).toBe(false)
  })

  it("has a class looked after together, by who teaches it", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    const { library } = await invite(whiteroom, "--group", "10b")
    const other = await invite(whiteroom)
    const mara = { HOME: whiteroom.at("mara"), XDG_DATA_HOME: whiteroom.at("mara", "data") }
    const { link } = await invite(whiteroom, "--teacher", "--group", "10b")
    const joined = await json(whiteroom, ["connect", link, "--name", "school"], mara)
    expect(joined.summary).toMatchObject({ places: [expect.stringContaining(library)] })
    const grouped = await json(whiteroom, ["server", "group", "10b", other.library, "--data", "srv"])
    expect(schemaFaults("server-group", grouped.summary)).toEqual([])
    expect(grouped.summary).toMatchObject({ group: "10b", libraries: [{ id: other.library }] })
    expect((await whiteroom.run(["server", "access", "list", "--data", "srv"])).stdout).toContain("group 10b")
    const wrong = ["server", "group", "11a", other.library, "--out", "--data", "srv"]
    expect((await whiteroom.run(wrong)).stderr).toContain("is not in 11a")
    const left = await json(whiteroom, ["server", "leave", "--group", "10b", "--data", "srv", "-y"])
    expect(left.summary).toMatchObject({ leaving: [{ id: expect.any(String) }, { id: expect.any(String) }] })
    const none = await whiteroom.run(["server", "leave", "--group", "nobody", "--data", "srv", "-y"])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("No library is in a group nobody")])
  })

  it("invites a class by a list of names, and only those who came to it when it is given again", async ({
    whiteroom
  }) => {
    await serveHere(whiteroom)
    write(whiteroom, "class.txt", "\uFEFF# 10b\nAnna\n\n  Ben Ömer \r\n")
    const all = ["server", "invite", "--file", "class.txt", "--group", "10b", "--data", "srv"]
    const { summary } = await json(whiteroom, all)
    expect(schemaFaults("server-invite", summary)).toEqual([])
    expect(summary).toMatchObject({
      libraries: [expect.stringMatching(/^anna-/), expect.stringMatching(/^ben-/)],
      invited: [{ name: "Anna", link: expect.stringContaining("/join#") }, { name: "Ben Ömer" }]
    })
    write(whiteroom, "class.txt", "Anna\nBen Ömer\nCora\n")
    const again = await json(whiteroom, all)
    expect(again.summary).toMatchObject({ invited: [{ name: "Cora" }] })
    const { stdout } = await whiteroom.run(["server", "settings", "--data", "srv"])
    expect(stdout).toContain("10b: 3 libraries")
    write(whiteroom, "twice.txt", "Dora\nDora\n")
    write(whiteroom, "empty.txt", "\n")
    for (const [words, text] of [
      [["--file", "twice.txt"], "Dora stands twice"],
      [["--file", "empty.txt"], "has 0 names"],
      [["--file", "none.txt"], "cannot be read"],
      [["--file", "class.txt", "--teacher"], "a library of their own each"],
      [["--file", "class.txt", "Eva"], "Say a name, or --file"]
    ] as const) {
      const refused = await whiteroom.run(["server", "invite", ...words, "--data", "srv"])
      expect([words, refused.code, refused.stderr]).toEqual([words, 2, expect.stringContaining(text)])
    }
  })

  it("hands links out on standard output, where a file or a program takes them, and nothing else there", async ({
    whiteroom
  }) => {
    await serveHere(whiteroom)
    write(whiteroom, "class.txt", "Anna\nBen\n")
    const ask = (...words: ReadonlyArray<string>) => whiteroom.run(["server", ...words, "--data", "srv"])
    const link = /^http:\/\/\S+\/join#[A-Z0-9-]+\n$/
    for (const words of [
      ["invite", "Mara"],
      ["invite", "Tom", "--quiet"],
      ["link", "mara"]
    ])
      expect(await ask(...words)).toMatchObject({ code: 0, stdout: expect.stringMatching(link) })
    const list = await ask("invite", "--file", "class.txt")
    expect(list.stdout).toMatch(
      /^Anna, until .*:\n {2}whiteroom connect '.*'\nBen, .*:\n {2}whiteroom connect '.*'\n$/
    )
    const again = await ask("invite", "--file", "class.txt")
    expect(again).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("2 people have") })
    const left = await ask("leave", "Anna", "-y")
    expect(left.stdout).toMatch(/whiteroom connect 'http.*'\n$/)
    expect((await whiteroom.run(["server", "invite", "Eva", "--data", "elsewhere"])).stdout).toBe("")
  })

  it("says who is told how its libraries are, and keeps what is secret to itself", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    await invite(whiteroom, "--group", "10b")
    const set = (...words: ReadonlyArray<string>) => ["server", "settings", "--data", "srv", ...words]
    expect((await whiteroom.run(set())).stdout).toContain("Mail: none.")
    write(whiteroom, "password.txt", "s3cret-p\n")
    write(whiteroom, "key.txt", "a key of sixteen letters\n")
    const shown = async (...words: ReadonlyArray<string>) => {
      const { stdout } = await whiteroom.run([...set(...words), "--json"])
      expect(schemaFaults("server-settings", JSON.parse(stdout))).toEqual([])
      return stdout
    }
    const changed = await shown(
      ...["--mail", "ada@example.com", "--mail-server", "smtps://mail.example.com", "--mail-user", "ada"],
      ...["--mail-password-file", "password.txt", "--zone", "Europe/Berlin", "--absent", "10"],
      ...["--webhook", "https://example.com/t0ken", "--webhook-key", "key.txt"]
    )
    expect(JSON.parse(changed)).toMatchObject({
      mail: { to: ["ada@example.com"], user: "ada", hasPassword: true },
      webhook: { host: "example.com", signed: true },
      ...{ absentDays: 10, groups: [{ group: "10b", libraries: 1 }] }
    })
    expect(changed).not.toMatch(/s3cret|t0ken|sixteen/)
    await shown("--group", "10b", "--mail", "mara@example.com")
    const paused = await json(whiteroom, ["server", "pause", "10b", "--until", "30d", "--data", "srv"])
    expect(schemaFaults("server-pause", paused.summary)).toEqual([])
    const { stdout } = await whiteroom.run(set())
    expect(stdout).toContain("Mail: ada@example.com, by smtps://mail.example.com, as ada")
    expect(stdout).toMatch(/10b: 1 library, mail to mara@example\.com, paused until /)
    for (const [words, text] of [
      [set("--mail-user", "ben", "--group", "10b"), "Say --mail alone"],
      [set("--webhook-key", "key.txt"), "Say --webhook URL too"],
      [set("--mail", "nobody"), "it must be an address"],
      [set("--mail-password-file", "none.txt"), "none.txt cannot be read"],
      [["server", "pause", "11a", "--until", "30d", "--data", "srv"], "No library is in a group 11a"],
      [["server", "pause", "10b", "--data", "srv"], "Until when?"]
    ] as const)
      expect([words, (await whiteroom.run(words)).stderr]).toEqual([words, expect.stringContaining(text)])
    const ended = await json(whiteroom, ["server", "pause", "10b", "--go-on", "--data", "srv"])
    expect(ended.summary).toMatchObject({ pausedUntil: null })
  })

  it("takes a sealed vault, which it cannot read", async ({ whiteroom }) => {
    await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    const { link, library } = await invite(whiteroom, "--sealed")
    const env = { WHITEROOM_PASSPHRASE: "four words of mine" }
    expect((await json(whiteroom, ["connect", link, "-y"], env)).summary).toMatchObject({ sealed: true })
    const folder = whiteroom.at("srv", "libraries", library)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile()
    )
    for (const each of files)
      expect(readFileSync(`${each.parentPath}/${each.name}`).toString("latin1")).not.toContain("Night Drive")
    const next = await invite(whiteroom, "--library-id", library)
    const home = computer(whiteroom, "new")
    const back = await json(whiteroom, ["connect", next.link, "-y"], { ...home, ...env })
    expect(back.summary).toMatchObject({ restored: true, songs: 3, sealed: true })
  })

  it("speaks TLS where others could listen, to those who have the link", async ({ whiteroom }) => {
    const { address } = await serveHere(whiteroom, "0.0.0.0")
    await smallLibrary(whiteroom)
    const { link } = await invite(whiteroom)
    expect(link).toMatch(/^https:.*\.[0-9a-f]{64}$/)
    const here = link.replace(/^https:\/\/[^/]+/, `https://127.0.0.1:${new URL(address).port}`)
    expect((await json(whiteroom, ["connect", here, "-y"])).code).toBe(0)
    const other = await invite(whiteroom)
    const wrong = await whiteroom.run([
      "connect",
      here.replace(/#.*/, "#") +
        (other.link.split("#")[1] ?? "").replace(/.$/, (digit) => (digit === "0" ? "1" : "0")),
      "-y"
    ])
    expect(wrong.code).toBe(14)
    expect(wrong.stderr).toContain("another certificate")
    // Without its SHA-256 it is a certificate that nobody knows: as of an operator who made one, and gave it to the proxy.
    const unknown = await whiteroom.run(["connect", here.replace(/\.[0-9a-f]{64}$/, ""), "-y"])
    expect([unknown.code, unknown.stderr]).toEqual([14, expect.stringContaining("NODE_EXTRA_CA_CERTS")])
  })

  it("makes its admin by the first link, and says what is wrong with others", async ({ whiteroom }) => {
    const { line } = await serve(whiteroom)
    const connected = await json(whiteroom, ["connect", String(line.signIn)])
    expect(schemaFaults("connect", connected.summary)).toEqual([])
    const file = String(connected.summary.tokenFile)
    expect(statSync(file).mode & 0o077).toBe(0)
    const token = readFileSync(file, "utf8").trim()
    const me = await fetch(`${line.address}/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await me.json()).toMatchObject({ role: "admin" })
    expect(connected.stdout).not.toContain(token)

    for (const [words, code] of [
      [["connect", "nonsense"], 2],
      [["connect", `${line.url}/join#AAAA-BBBB-CCCC`], 13],
      [["connect", "http://backup.example/join#AAAA-BBBB-CCCC"], 2],
      [["server", "invite", "x", "--library-id", "none", "--data", "srv"], 2],
      [["server", "invite", "x", "--data", "nowhere"], 1],
      [["server", "access", "revoke", "nobody", "--data", "srv", "-y"], 2],
      [["server", "start", "--listen", "127.0.0.1:0", "--data", "srv"], 1],
      [["server", "start", "--listen", "nonsense"], 2]
    ] as const) {
      const result = await whiteroom.run(words)
      expect([words, result.code]).toEqual([words, code])
    }
    expect(existsSync(whiteroom.library)).toBe(false)
  })

  it("reads a library by PLACE/LIBRARY as one that is here, and writes nothing to it", async ({
    whiteroom
  }) => {
    await serveHere(whiteroom)
    await smallLibrary(whiteroom)
    await withLibrary(whiteroom, (own) => own.backups.take({ description: "first" }))
    await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-9", "New One")))
    // Songs of one name come in the order of the file, which is another.
    await withLibrary(whiteroom, (own) => own.songs.upsert(song("s-3", "Reverb")))
    const { link, library } = await invite(whiteroom)
    await json(whiteroom, ["connect", link, "-y"])
    const teacher = await invite(whiteroom, "--teacher", "--library-id", library)
    const home = { HOME: whiteroom.at("mara"), XDG_DATA_HOME: whiteroom.at("mara", "data") }
    const joined = await whiteroom.run(["connect", teacher.link, "--name", "school"], { env: home })
    expect(joined.stdout + joined.stderr).toContain(`whiteroom list -l school/${library}`)

    const [one] = JSON.parse((await whiteroom.run(["song", "list", "--json"])).stdout)
    for (const words of [
      ["list", "--json"],
      ["list", "-q"],
      ["list", "--json", "--search", "first"],
      ["show", "b1", "--json"],
      ["show", "@2"],
      ["diff", "b1", "--json"],
      ["find", "new"],
      ["song", "list", "--json"],
      ["song", "show", "s-9", "--json"],
      ["history", one.id],
      ["performance", "list", "--json"],
      ["prefs", "show"]
    ]) {
      const here = await whiteroom.run(words)
      const there = await whiteroom.run([...words, "-l", `school/${library}`], { env: home })
      expect([words, there.code, there.stdout]).toEqual([words, here.code, here.stdout])
    }
    // By its name, and by the beginning of its id.
    for (const name of ["school/anna", `school/${library.slice(0, 6)}`])
      expect((await whiteroom.run(["list", "-l", name], { env: home })).code).toBe(0)

    const files = async (env: Record<string, string>, ...words: ReadonlyArray<string>) => {
      expect((await whiteroom.run(["export", "b1", "out.json", ...words], { env })).code).toBe(0)
      const text = await whiteroom.read("out.json")
      rmSync(whiteroom.at("out.json"))
      return text
    }
    expect(await files(home, "-l", "school/anna")).toBe(await files({}))
    const status = await whiteroom.run(["status", "--json", "-l", "school/anna"], { env: home })
    const told = JSON.parse(status.stdout)
    expect(schemaFaults("status", told)).toEqual([])
    expect(told).toMatchObject({
      library: { path: "school/anna", backups: 2 },
      vaults: [{ name: "school", changed: 0, stale: false }],
      next: null
    })
    expect(told.warnings.join()).not.toMatch(/disk|daemon/)

    for (const words of [["backup"], ["song", "delete", "s-9", "-y"], ["undo", "-y"], ["push"], ["init"]]) {
      const refused = await whiteroom.run([...words, "--json", "-l", "school/anna"], { env: home })
      expect([words, refused.code]).toEqual([words, 13])
      expect(JSON.parse(refused.stderr)).toMatchObject({
        error: "HomeElsewhere",
        message: expect.stringMatching(
          /^school\/anna can only be read from here\. Its home is .+@.+\. Nothing/
        )
      })
    }
    expect(await whiteroom.list("mara")).not.toContain("school")

    const wrong = async (text: string) => {
      const { code, stderr } = await whiteroom.run(["list", "--json", "-l", text], { env: home })
      return [code, JSON.parse(stderr).error, JSON.parse(stderr).recovery]
    }
    expect(await wrong("school/ben")).toEqual([
      10,
      "LibraryNotFound",
      `Name one of these: school/${library}.`
    ])
    expect((await wrong("elsewhere/anna")).slice(0, 2)).toEqual([10, "LibraryNotFound"])
    expect(await wrong(`https://backup.example/${library}`)).toEqual([
      2,
      "BadUsage",
      "`whiteroom connect LINK` gives the server its name; `--from` takes the address of a vault."
    ])
    // A file that is there is meant before anything else.
    mkdirSync(whiteroom.at("school"))
    await whiteroom.run(["init", "-l", "school/anna"])
    expect(
      JSON.parse((await whiteroom.run(["list", "--json", "-l", "school/anna"], { env: home })).stdout)
    ).toEqual([])
  })
})
