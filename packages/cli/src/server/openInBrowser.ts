import { spawn } from "node:child_process"

/** What shows an address, on each system; `BROWSER` names another program, as elsewhere. */
const opener = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly [string, ...Array<string>] => {
  if (env.BROWSER !== undefined && env.BROWSER !== "") return [env.BROWSER]
  if (platform === "darwin") return ["open"]
  return platform === "win32" ? ["rundll32", "url.dll,FileProtocolHandler"] : ["xdg-open"]
}

/** Shows an address in the browser of the person, which goes on by itself. False where nothing can. */
export const openInBrowser = (
  address: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform
): Promise<boolean> =>
  new Promise((resolve) => {
    const [program, ...words] = opener(env, platform)
    const child = spawn(program, [...words, address], { stdio: "ignore", detached: true })
    child.once("error", () => resolve(false))
    child.once("spawn", () => {
      child.unref()
      resolve(true)
    })
  })
