/** Every command with --json prints what its published schema says, and nothing more. */
import { mkdirSync } from "node:fs"
import { newIdentity } from "@white-room/store/transfer"
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { outputs } from "../src/schema/outputs.js"
import { schemaFaults, schemaNames } from "./support/jsonSchema.js"
import {
  appDatabase,
  exchangeFile as exchange,
  smallLibrary,
  song,
  withLibrary,
  write
} from "./support/library.js"
import { it, jsonLines, type Whiteroom } from "./support/whiteroom.js"

const file = (whiteroom: Whiteroom) =>
  write(whiteroom, "songs/new.json", JSON.stringify(song("s-9", "New One")))

const oneFile = (whiteroom: Whiteroom) => whiteroom.run(["backup", "--to", "one.whiteroom"])

const editedSong = (whiteroom: Whiteroom) =>
  withLibrary(whiteroom, (library) => library.songs.upsert(song("s-1", "Day Drive", '{"tempo":96}')))

const exchangeFile = (whiteroom: Whiteroom) =>
  write(whiteroom, "in/old.json", exchange([song("s-1", "Night Drive", "{}"), song("s-9", "New One")]))

/** A profile with everything in it, one that cannot be read, and a file of one. */
const everyProfile = async (whiteroom: Whiteroom) => {
  const full = {
    ...{
      name: "full",
      when: ["daily 18:00"],
      zone: "Europe/Berlin",
      quiet: ["22:00-06:00"],
      kinds: ["song"]
    },
    ...{ catchUp: { withinMinutes: 60 }, tags: ["a"], keep: { daily: 7, withinDays: 3, tags: ["a"] } },
    ...{ places: [whiteroom.at("gone")], pausedUntil: "2036-01-01T00:00:00Z", staleAfterHours: 2 },
    ...{ drill: { when: ["sundays 12:00"], sample: "all" }, hooks: { after: "true" }, notify: false },
    ...{ heartbeat: "https://example.com/secret", webhook: "https://example.com/secret" },
    mail: {
      to: ["ada@example.com"],
      server: "smtps://mail.example.com",
      user: "secret",
      passwordFile: "/secret"
    }
  }
  await withLibrary(whiteroom, (library) =>
    Effect.all([
      library.schedule.saveProfile({ name: "full", definition: JSON.stringify(full) }),
      library.schedule.saveProfile({ name: "odd", definition: "{}" })
    ])
  )
  write(whiteroom, "profile.json", JSON.stringify({ ...full, name: "new" }))
}

const place = (whiteroom: Whiteroom) => write(whiteroom, "places/.keep", "")

/** A vault `x` that the library was pushed to. */
const vault = async (whiteroom: Whiteroom): Promise<void> => {
  await place(whiteroom)
  await whiteroom.run(["vault", "add", "x", "places"])
  await whiteroom.run(["push"])
}

/** Another device that went on with the library, and pushed that. */
const otherDevice = async (whiteroom: Whiteroom): Promise<void> => {
  await vault(whiteroom)
  await whiteroom.run(["clone", "places", "-l", "other.db"])
  await write(whiteroom, "songs/other.json", JSON.stringify(song("s-8", "From There")))
  await whiteroom.run(["song", "import", "songs/other.json", "-l", "other.db"])
  await whiteroom.run(["push", "-l", "other.db"])
}

const { recipient } = await newIdentity()

/** The same, sealed. */
const sealedVault = async (whiteroom: Whiteroom): Promise<void> => {
  await place(whiteroom)
  await whiteroom.run(["vault", "add", "x", "places", "--recipient", recipient])
}

/** Schema name, words, and what has to be there first. Each runs on a small library. */
const commands: ReadonlyArray<
  readonly [schema: string, words: ReadonlyArray<string>, prepare?: (whiteroom: Whiteroom) => unknown]
> = [
  ["init", ["init", "-l", "other.db"]],
  ["init", ["init", "-l", "other.db", "-n"]],
  [
    "setup",
    ["setup", "-y", "--place", "places", "--no-service"],
    (whiteroom) => mkdirSync(whiteroom.at("places"))
  ],
  ["setup", ["setup", "-n", "--only-here"]],
  ["adopt", ["adopt", "app.db", "-y"], appDatabase],
  ["adopt", ["adopt", "app.db", "--into", "new.db", "-n"], appDatabase],
  ["adopt", ["adopt", "library.db"]],
  ["status", ["status"]],
  ["status", []],
  ["status", ["-l", "none.db"]],
  ["song-list", ["song", "list"]],
  ["song-list", ["songs", "list", "--search", "nothing"]],
  ["song-show", ["song", "show", "s-1"]],
  ["song-import", ["song", "import", "songs"], file],
  ["song-import", ["song", "import", "songs", "-n"], file],
  ["song-export", ["song", "export", "--all", "--to", "out"]],
  ["song-export", ["song", "export", "s-1", "--to", "out", "-n"]],
  ["import", ["import", "in", "--on-conflict", "both"], exchangeFile],
  ["import", ["import", "in", "-n", "--on-conflict", "replace"], exchangeFile],
  ["song-delete", ["song", "delete", "s-1", "-y"]],
  ["song-delete", ["song", "delete", "s-1", "-n"]],
  ["performance-list", ["performance", "list"]],
  ["performance-show", ["performance", "show", "p-1"]],
  [
    "performance-import",
    ["performance", "import", "none"],
    (whiteroom) => write(whiteroom, "none/.keep", "")
  ],
  ["performance-export", ["performance", "export", "p-1", "--to", "out"]],
  ["performance-delete", ["performances", "delete", "p-1", "-y"]],
  ["prefs-show", ["prefs", "show"]],
  ["prefs-set", ["prefs", "set", "theme=light", "maxBackups=50"]],
  ["prefs-set", ["prefs", "set", "--user", "ada", "autoSaveEnabled=off", "-n"]],
  ["export", ["export", "now", "all.json"]],
  ["export", ["export", "b1", "out", "--format", "files", "-n"]],
  ["backup", ["backup", "--tag", "a", "--pin", "-d", "words"]],
  ["backup", ["backup", "--skip-if-unchanged", "--to", "copies"]],
  ["backup", ["backup", "-n"]],
  ["list", ["list"]],
  ["list", ["list", "--trash"]],
  ["backup", ["backup", "--to", "one.whiteroom"]],
  ["list-bundles", ["list", "--from", "one.whiteroom"], oneFile],
  ["check-bundles", ["check", "--from", "one.whiteroom"], oneFile],
  ["repair", ["repair", "--from", "one.whiteroom"], oneFile],
  ["show", ["show", "b1"]],
  ["edit", ["edit", "b1", "--no-pin", "--tag", "x"]],
  ["edit", ["edit", "b1", "--pin", "-n"]],
  ["restore", ["restore", "b1", "--mode", "exact", "-y"]],
  ["restore", ["restore", "b1", "-n"]],
  ["restore", ["restore", "@4", "--song", "s-1", "--as-copy", "-y"]],
  ["restore", ["restore", "b1", "-n"], editedSong],
  ["restore", ["restore", "b1", "--song", "s-1", "--part", "tempo", "-n"], editedSong],
  ["show-past", ["show", "@3"]],
  ["undo", ["undo", "-n"]],
  ["undo", ["undo", "-y"]],
  ["undo-list", ["undo", "--list"]],
  ["rescue", ["rescue", "Echo"]],
  ["history", ["history", "s-1"], editedSong],
  ["history", ["performance", "history", "p-1"]],
  ["song-show", ["history", "s-1", "--version", "1"]],
  ["performance-show", ["performance", "history", "p-1", "--at", "now"]],
  ["diff", ["diff", "b1"], editedSong],
  ["find", ["find", "night"], editedSong],
  ["check", ["check"]],
  ["check", ["check", "--full"]],
  ["check", ["check", "--read-data-subset", "50%"]],
  ["forget", ["forget", "b1", "-n"]],
  ["undelete", ["undelete", "b1"]],
  ["undelete", ["undelete", "s-1", "-y"], (whiteroom) => whiteroom.run(["song", "delete", "s-1", "-y"])],
  ["prune", ["prune", "-n"]],
  ["prune", ["prune", "-y", "--keep-last", "1"]],
  ["usage", ["usage"]],
  ["events", ["events"]],
  ["event", ["events", "--follow", "--after", "0", "--limit", "1"]],
  ["migrate-status", ["migrate", "status"]],
  ["migrate-up", ["migrate", "up"]],
  ["migrate-down", ["migrate", "down", "1"]],
  ["rebuild", ["rebuild", "-y"]],
  ["rebuild", ["rebuild", "-n"]],
  ["schedule-list", ["schedule", "list"]],
  ["schedule-list", ["schedule", "list"], everyProfile],
  ["status", ["status"], everyProfile],
  ["schedule-digest", ["schedule", "digest"]],
  ["schedule-next", ["schedule", "next"]],
  ["schedule-next", ["schedule", "next", "full", "--count", "2"], everyProfile],
  ["schedule-edit", ["schedule", "add", "daily", "--when", "daily 18:00"]],
  ["schedule-edit", ["schedule", "edit", "full", "--clear", "drill", "-n"], everyProfile],
  ["schedule-edit", ["schedule", "pause", "default", "--until", "3d"]],
  ["schedule-remove", ["schedule", "remove", "full", "-y"], everyProfile],
  ["schedule-run", ["schedule", "run", "default"]],
  ["schedule-run", ["schedule", "run", "default", "-n"]],
  ["schedule-import", ["schedule", "import", "profile.json", "-y"], everyProfile],
  ["vault-add", ["vault", "add", "x", "places"], place],
  ["vault-add", ["vault", "add", "x", "places", "-n"], place],
  ["vault-list", ["vault", "list"], vault],
  ["vault-show", ["vault", "show", "x"], vault],
  ["vault-policy", ["vault", "policy", "x"], vault],
  ["vault-policy", ["vault", "policy", "x", "--keep-edits", "365", "-n"], vault],
  ["vault-upkeep", ["vault", "upkeep", "x"], vault],
  ["vault-upkeep", ["vault", "upkeep", "x", "-n"], vault],
  ["vault-remove", ["vault", "remove", "x"], vault],
  ["repair", ["repair", "--from", "x"], vault],
  ["repair-vault", ["repair", "x"], vault],
  ["push", ["push"], vault],
  ["push", ["push", "-n"], vault],
  ["pull", ["pull"], vault],
  ["pull", ["pull", "x", "-n"], otherDevice],
  ["pull", ["pull", "-y"], otherDevice],
  ["check-vault", ["check", "--from", "x"], vault],
  ["clone", ["clone", "places", "-l", "c.db"], vault],
  ["clone", ["clone", "places", "-l", "c.db", "-n"], vault],
  ["list", ["list", "--from", "x"], vault],
  ["vault-show", ["vault", "show", "x"], sealedVault],
  ["key-export", ["key", "export", "x", "kit.txt"], sealedVault],
  ["key-export", ["key", "export", "x", "kit.html", "-n"], sealedVault],
  ["key-list", ["key", "list", "x"], sealedVault],
  ["key-rotate", ["key", "rotate", "x"], sealedVault],
  ["key-rotate", ["key", "rotate", "x", "-n"], sealedVault],
  ["key-add", ["key", "add", "x", "--recipient", recipient], sealedVault],
  ["key-add", ["key", "add", "x", "-n"], sealedVault],
  [
    "key-remove",
    ["key", "remove", "x", "Ada", "-y"],
    async (whiteroom) => {
      await sealedVault(whiteroom)
      await whiteroom.run(["key", "add", "x", "--recipient", recipient, "--label", "Ada"])
    }
  ],
  ["daemon-status", ["daemon", "status"]],
  ["daemon-install", ["daemon", "install", "-n"]],
  ["daemon-uninstall", ["daemon", "uninstall", "-y"]]
]

describe("with --json", () => {
  it.for(commands)("%s: whiteroom %s", async ([schema, words, prepare], { whiteroom }) => {
    await smallLibrary(whiteroom)
    await prepare?.(whiteroom)
    const { code, stdout, stderr } = await whiteroom.run([...words, "--json"])
    expect(stderr).toBe("")
    expect([0, 5]).toContain(code)
    const value: unknown = stdout.includes('"message_type"') ? jsonLines(stdout).at(-1) : JSON.parse(stdout)
    expect(schemaFaults(schema, value)).toEqual([])
  })

  it("every output is published, and tried here; the lines of long work elsewhere", () => {
    const tried = new Set([
      ...commands.map(([schema]) => schema),
      "exit-error",
      "error-line",
      "status-line",
      "daemon-line",
      // Until it is stopped: open.test.ts.
      "open-line",
      // With a server: server.test.ts.
      ...[
        "server-line",
        "server-invite",
        "server-group",
        "server-check",
        "server-settings",
        "server-pause",
        "server-access-list",
        "server-access-edit",
        "server-access-revoke",
        "server-leave",
        "server-erase",
        "connect",
        "disconnect"
      ],
      // With a server, and two computers: sendBack.test.ts.
      ...["restore-sent", "inbox-list", "inbox-accept", "inbox-refuse", "inbox-set"]
    ])
    expect(schemaNames().toSorted()).toEqual(Object.keys(outputs).toSorted())
    expect(schemaNames().filter((name) => !tried.has(name))).toEqual([])
  })

  it.for([
    [2, ["backup", "--nope"]],
    [2, ["song"]],
    [2, ["song", "show", "Echo"]],
    [2, ["song", "delete", "s-1"]],
    [2, ["prune", "--keep-last", "0"]],
    [10, ["song", "show", "Nobody"]],
    [10, ["show", "b99"]],
    [10, ["list", "-l", "none.db"]],
    [13, ["migrate", "down", "0", "-y"]]
  ] as const)("exits with %i and one exit_error line: whiteroom %s", async ([code, words], { whiteroom }) => {
    await smallLibrary(whiteroom)
    const result = await whiteroom.run([...words, "--json"])
    expect(result.code).toBe(code)
    expect(result.stdout).toBe("")
    const [line, ...others] = jsonLines(result.stderr)
    expect(others).toEqual([])
    expect(schemaFaults("exit-error", line)).toEqual([])
    expect(line?.code).toBe(code)
  })

  it("names each file that an import could not take in an error line", async ({ whiteroom }) => {
    await smallLibrary(whiteroom)
    write(whiteroom, "bad.json", "{")
    const { code, stdout } = await whiteroom.run(["song", "import", "bad.json", "--json"])
    expect(code).toBe(1)
    expect(schemaFaults("error-line", jsonLines(stdout)[0])).toEqual([])
    expect(schemaFaults("song-import", jsonLines(stdout)[1])).toEqual([])
  })
})
