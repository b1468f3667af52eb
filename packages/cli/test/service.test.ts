/** The files of service managers: what they hold, also with names that are hard to quote. */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import { describe, expect } from "vitest"
import { refuseNpx } from "../src/daemon/refuseNpx.js"
import { serviceFor } from "../src/daemon/serviceFor.js"
import { schemaFaults } from "./support/jsonSchema.js"
import { smallLibrary } from "./support/library.js"
import { calls, withSystemctl } from "./support/systemctl.js"
import { it, summaryOf } from "./support/whiteroom.js"

const options = {
  platform: "linux",
  library: '/home/ada/My Songs/100% $HOME "new" back\\slash.db',
  node: "/opt/node 20/bin/node",
  script: "/opt/whiteroom.mjs",
  home: "/home/ada",
  config: "/home/ada/.config",
  uid: 1000
} as const

describe("the unit of systemd", () => {
  it("names everything by its whole path, quoted as systemd reads it", () => {
    const { file, text } = serviceFor(options)
    expect(file).toMatch(/^\/home\/ada\/\.config\/systemd\/user\/whiteroom-[0-9a-f]{8}\.service$/)
    expect(text).toContain(
      String.raw`ExecStart=:"/opt/node 20/bin/node" "/opt/whiteroom.mjs" "daemon" "--library" "/home/ada/My Songs/100%% $HOME \"new\" back\\slash.db"`
    )
    expect(text).toContain("\nWantedBy=default.target\n")
  })

  it("is another one for another library, and none for a name with control characters", () => {
    expect(serviceFor({ ...options, library: "/other.db" }).name).not.toBe(serviceFor(options).name)
    expect(() => serviceFor({ ...options, library: "/a\nExecStart=/bin/sh" })).toThrow(/Nothing was changed/)
    expect(() => serviceFor({ ...options, platform: "freebsd" })).toThrow(/no service manager/)
  })

  it("is none of what npx runs from its cache, which may be gone tomorrow", () => {
    expect(() =>
      refuseNpx("/home/ada/.npm/_npx/c8f/node_modules/@white-room/cli/dist/whiteroom.mjs")
    ).toThrow(/from a cache that npm may empty/)
    expect(refuseNpx(options.script)).toBeUndefined()
  })

  it("is one that systemd accepts", ({ whiteroom, skip }) => {
    if (spawnSync("systemd-analyze", ["--version"]).status !== 0) skip("there is no systemd-analyze")
    const { name, text } = serviceFor({ ...options, node: process.execPath, script: whiteroom.at("w.mjs") })
    writeFileSync(whiteroom.at(name), text)
    execFileSync("systemd-analyze", ["verify", "--user", whiteroom.at(name)], {
      env: { ...process.env, XDG_RUNTIME_DIR: whiteroom.folder },
      stdio: "pipe"
    })
  })
})

describe("the task of Windows", () => {
  const windows = {
    ...options,
    platform: "win32",
    library: 'C:\\Users\\Ada\\My "best" songs & more\\',
    node: "C:\\Program Files\\nodejs\\node.exe",
    script: "C:\\tools\\whiteroom.mjs",
    config: "C:\\Users\\Ada\\AppData\\Roaming"
  } as const

  it("starts it at log-in and again when it ends, on batteries too, with its words as Windows takes them apart", () => {
    const { file, text, start, stop, name } = serviceFor(windows)
    expect(name).toMatch(/^White Room Backup [0-9a-f]{8}$/)
    expect(file).toBe(`C:\\Users\\Ada\\AppData\\Roaming\\White Room\\${name}.xml`)
    expect(text).toContain("<Command>&#34;C:\\Program Files\\nodejs\\node.exe&#34;</Command>")
    expect(text).toContain(
      String.raw`<Arguments>&#34;C:\tools\whiteroom.mjs&#34; &#34;daemon&#34; &#34;--library&#34; &#34;C:\Users\Ada\My \&#34;best\&#34; songs &#38; more\\&#34;</Arguments>`
    )
    expect(text).toContain("<LogonTrigger>")
    expect(text).toContain("<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>")
    expect(text).toContain("<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>")
    expect(start[0]).toEqual(["schtasks", "/Create", "/F", "/XML", file, "/TN", name])
    expect(stop.at(-1)).toEqual(["schtasks", "/Delete", "/F", "/TN", name])
  })

  it("is XML that a reader of XML takes", ({ whiteroom, skip }) => {
    if (spawnSync("python3", ["--version"]).status !== 0) skip("there is no python3")
    const file = whiteroom.at("task.xml")
    writeFileSync(file, serviceFor(windows).text)
    const read = "import sys,xml.etree.ElementTree as e;print(e.parse(sys.argv[1]).getroot()[3][0][1].text)"
    expect(execFileSync("python3", ["-c", read, file], { encoding: "utf8" })).toContain("whiteroom.mjs")
  })
})

describe("the agent of launchd", () => {
  it("starts it at log-in and again when it ends, with its words as they are", () => {
    const { file, text, start, stop } = serviceFor({ ...options, platform: "darwin", library: "/a & <b>.db" })
    expect(file).toMatch(/^\/home\/ada\/Library\/LaunchAgents\/org\.whiteroom\.backup\.[0-9a-f]{8}\.plist$/)
    expect(text).toContain("<string>/a &#38; &#60;b&#62;.db</string>")
    expect(text).toContain("<key>KeepAlive</key>\n  <true/>")
    expect(start.at(-1)?.slice(0, 3)).toEqual(["launchctl", "bootstrap", "gui/1000"])
    expect(stop).toEqual([["launchctl", "bootout", `gui/1000/${path.basename(file, ".plist")}`]])
  })
})

describe.runIf(process.platform === "linux")("daemon install", () => {
  it("shows the file, asks, writes it and starts it; uninstall removes exactly that", async ({
    whiteroom
  }) => {
    await smallLibrary(whiteroom)
    const env = withSystemctl(whiteroom)
    const shown = await whiteroom.run(["daemon", "install"], { env })
    expect(shown).toMatchObject({ code: 2, stderr: expect.stringContaining("ExecStart=:") })
    expect(existsSync(whiteroom.at("config"))).toBe(false)
    const installed = await whiteroom.run(["daemon", "install", "--json", "-y"], { env })
    expect(installed.code).toBe(0)
    const summary = summaryOf(installed)
    expect(schemaFaults("daemon-install", summary)).toEqual([])
    expect(readFileSync(String(summary.file), "utf8")).toBe(summary.text)
    expect(calls(whiteroom)).toEqual([
      "--user daemon-reload",
      "--user enable W.service",
      "--user restart W.service"
    ])
    const status = await whiteroom.run(["daemon", "status", "--json"], { env })
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout)).toMatchObject({ installed: true, enabled: true, running: true })
    const removed = await whiteroom.run(["daemon", "uninstall", "-y", "--json"], { env })
    expect(summaryOf(removed)).toMatchObject({ removed: true })
    expect(await whiteroom.list("config/systemd/user")).toEqual([])
    expect(calls(whiteroom).slice(-2)).toEqual(["--user disable --now W.service", "--user daemon-reload"])
    expect((await whiteroom.run(["daemon", "uninstall", "-y"], { env })).stderr).toContain(
      "It is not installed"
    )
  })

  it("writes the file also where systemd cannot be asked, and says what to type", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const env = withSystemctl(whiteroom, "-")
    const { code, stderr } = await whiteroom.run(["daemon", "install", "-y"], { env })
    expect(code).toBe(3)
    expect(stderr).toMatch(/could not be started:\n {2}systemctl --user daemon-reload\n/)
    const status = await whiteroom.run(["daemon", "status", "--json"], { env })
    expect(JSON.parse(status.stdout)).toMatchObject({ installed: true, enabled: null, running: null })
    expect(schemaFaults("daemon-status", JSON.parse(status.stdout))).toEqual([])
  })

  it("leaves a file that it did not write", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    const env = withSystemctl(whiteroom)
    const { file } = summaryOf(await whiteroom.run(["daemon", "install", "--json", "-y"], { env }))
    writeFileSync(String(file), "mine")
    expect((await whiteroom.run(["daemon", "uninstall", "-y"], { env })).code).toBe(2)
    expect(readFileSync(String(file), "utf8")).toBe("mine")
  })

  it("wants a library", async ({ whiteroom }) => {
    const { code, stderr } = await whiteroom.run(["daemon", "install", "-y"], {
      env: withSystemctl(whiteroom)
    })
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("There is no library")
    })
  })
})
