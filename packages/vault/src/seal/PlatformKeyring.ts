/**
 * The keyring of the system, by the program that comes with it: the keychain of macOS (`security`), the Secret Service of a
 * Linux desktop (`secret-tool`), and what only this user of Windows can decrypt (DPAPI, by PowerShell). No shell; a secret goes
 * through stdin and stdout alone, never through arguments or the environment.
 */
import { spawn } from "node:child_process"
import { errorCode } from "@white-room/core"

type Environment = Readonly<Record<string, string | undefined>>

/** Where a key is kept. */
export const keyringNames = ["keychain", "secret-service", "dpapi"] as const
export type KeyringName = (typeof keyringNames)[number]

export interface PlatformKeyring {
  readonly name: KeyringName
  /** Keeps the key of a vault; gives what must be remembered to find it again. Fails when nothing keeps it. */
  readonly keep: (vault: string, secret: string) => Promise<string>
  /** The key that is kept. Fails when it is not given: the keyring is locked, or away. */
  readonly give: (vault: string, kept: string) => Promise<string>
  /** Forgets it; one that is not there is no error. */
  readonly forget: (vault: string) => Promise<void>
}

/** A keyring that asks a person for something does so for no longer than this. */
const patience = 60_000

/** No answer is longer. */
const longest = 64 * 1024

/** What the programs need to find their files and the desktop; none of it is a secret. */
const needed = [
  ...["PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_DATA_HOME"],
  ...["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"],
  ...["SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"]
]

const environmentOf = (env: Environment): Record<string, string> =>
  Object.fromEntries(
    needed.flatMap((name) => {
      const value = env[name]
      return value === undefined ? [] : [[name, value] as const]
    })
  )

/** Runs a program with this on its stdin; gives what it prints. What it says of a failure is not repeated. */
const run = (
  env: Environment,
  program: string,
  args: ReadonlyArray<string>,
  input: string
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      env: environmentOf(env),
      stdio: ["pipe", "pipe", "ignore"],
      timeout: patience,
      killSignal: "SIGKILL",
      windowsHide: true
    })
    let printed = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (printed.length < longest) printed += text
    })
    // A program that ends without reading has its own reason.
    child.stdin.on("error", () => undefined)
    child.once("error", (error) => reject(new Error(`${program} cannot be run (${errorCode(error)})`)))
    child.once("close", (code) =>
      code === 0 && printed.length < longest
        ? resolve(printed.replace(/\r?\n$/, ""))
        : reject(new Error(`${program} did not do it (${code ?? "it was stopped"})`))
    )
    child.stdin.end(input)
  })

const service = "White Room vault"

/** In its interactive mode `security` reads commands from stdin; ids and keys are of letters, digits and dashes. */
const keychain = (env: Environment): PlatformKeyring => ({
  name: "keychain",
  keep: async (vault, secret) => {
    const command = `add-generic-password -U -s "${service}" -a ${vault} -w ${secret}\n`
    await run(env, "security", ["-i"], command)
    return ""
  },
  give: (vault) => run(env, "security", ["find-generic-password", "-s", service, "-a", vault, "-w"], ""),
  forget: async (vault) => {
    await run(env, "security", ["delete-generic-password", "-s", service, "-a", vault], "")
  }
})

const secretService = (env: Environment): PlatformKeyring => ({
  name: "secret-service",
  keep: async (vault, secret) => {
    const label = `--label=${service} ${vault}`
    await run(env, "secret-tool", ["store", label, "service", "white-room", "vault", vault], secret)
    return ""
  },
  give: (vault) => run(env, "secret-tool", ["lookup", "service", "white-room", "vault", vault], ""),
  forget: async (vault) => {
    await run(env, "secret-tool", ["clear", "service", "white-room", "vault", vault], "")
  }
})

/** What DPAPI makes of a secret is kept by us: only this user can turn it back. */
const dpapi = (env: Environment): PlatformKeyring => {
  const powershell = (body: string, input: string): Promise<string> => {
    const script = [
      "$ErrorActionPreference = 'Stop'",
      "Add-Type -AssemblyName System.Security",
      "$in = [Console]::In.ReadToEnd()",
      body
    ].join("\n")
    const encoded = Buffer.from(script, "utf16le").toString("base64")
    const args = ["-NoProfile", "-NonInteractive", "-EncodedCommand", encoded]
    return run(env, "powershell.exe", args, input)
  }
  const protectedData = "[System.Security.Cryptography.ProtectedData]"
  return {
    name: "dpapi",
    keep: (_, secret) =>
      powershell(
        `[Console]::Out.Write([Convert]::ToBase64String(${protectedData}::Protect([Text.Encoding]::UTF8.GetBytes($in), $null, 'CurrentUser')))`,
        secret
      ),
    give: (_, kept) =>
      powershell(
        `[Console]::Out.Write([Text.Encoding]::UTF8.GetString(${protectedData}::Unprotect([Convert]::FromBase64String($in), $null, 'CurrentUser')))`,
        kept
      ),
    forget: () => Promise.resolve()
  }
}

/** The keyring of a name. */
export const keyringNamed = (name: KeyringName, env: Environment = process.env): PlatformKeyring =>
  ({ keychain, "secret-service": secretService, dpapi })[name](env)

/**
 * The keyring of this system; `undefined` where there can be none, as without a desktop on Linux, and where
 * `WHITEROOM_KEYRING=file` says so.
 */
export const platformKeyring = (
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform
): PlatformKeyring | undefined => {
  if (env.WHITEROOM_KEYRING === "file") return undefined
  if (platform === "darwin") return keychain(env)
  if (platform === "win32") return dpapi(env)
  return platform === "linux" && env.DBUS_SESSION_BUS_ADDRESS !== undefined ? secretService(env) : undefined
}
