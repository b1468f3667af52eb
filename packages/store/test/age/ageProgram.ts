/** The real `age` program, where this machine has it. */
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { platform } from "node:os"

const found = (command: string, ...words: ReadonlyArray<string>): boolean =>
  spawnSync(command, words, { stdio: "ignore" }).error === undefined

export const hasAge = found("age", "--version") && found("age-keygen", "--version")
/** `age` asks for passphrases at a terminal only, and `script` of util-linux can pretend one. */
export const canAskAge = hasAge && platform() === "linux" && found("script", "--version")

export const age = (...words: ReadonlyArray<string>): Buffer => execFileSync("age", words)

/** An identity file's text, made by `age-keygen`, and its recipient. */
export const newIdentity = (): { readonly text: string; readonly recipient: string } => {
  const text = execFileSync("age-keygen", { stdio: ["ignore", "pipe", "ignore"] }).toString()
  const recipient = /age1[a-z0-9]+/.exec(text)?.[0]
  if (recipient === undefined) throw new Error("age-keygen names the public key")
  return { text, recipient }
}

/** Runs `age` at a terminal of its own and types these lines. */
export const typeToAge = (words: ReadonlyArray<string>, typed: ReadonlyArray<string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const command = ["age", ...words.map((word) => `'${word}'`)].join(" ")
    const child = spawn("script", ["-qec", command, "/dev/null"], { stdio: ["pipe", "pipe", "ignore"] })
    child.stdout.resume()
    child.stdout.on("close", () => child.stdin.end())
    child.on("error", reject)
    child.on("close", (code) => resolve(code ?? -1))
    child.stdin.write(typed.map((line) => `${line}\n`).join(""))
  })
