/** A pager, for what is longer than the terminal. */

export interface Pager {
  readonly command: string
  readonly words: ReadonlyArray<string>
  /** The command is a line for the shell, as people have it in `PAGER`. */
  readonly shell: boolean
}

/** The pager of an environment: `PAGER`, else `less`; none where somebody wants none, or no person looks. */
export const pagerIn = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Pager | undefined => {
  const wish = env.PAGER?.trim()
  if (env.CI !== undefined || env.TERM === "dumb" || wish === "" || wish === "cat") return undefined
  if (wish !== undefined) return { command: wish, words: [], shell: true }
  return platform === "win32" ? undefined : { command: "less", words: ["-R", "-F", "-X"], shell: false }
}

const ignore = () => undefined

/**
 * Shows a text until the person has seen enough; false where the pager cannot be started. Ctrl-C is the pager's while it runs,
 * and one that is closed early has shown what was wanted.
 */
export const showInPager = async (text: string, { command, words, shell }: Pager): Promise<boolean> => {
  const { spawn } = await import("node:child_process")
  process.on("SIGINT", ignore)
  try {
    return await new Promise<boolean>((resolve) => {
      const child = spawn(command, [...words], {
        shell,
        stdio: ["pipe", "inherit", "inherit"],
        // What `less` shows of colours, when `PAGER` names it alone.
        env: { LESS: "FRX", ...process.env }
      })
      child.once("error", () => resolve(false))
      child.once("close", (code) => resolve(code !== 126 && code !== 127))
      child.stdin?.on("error", ignore)
      child.stdin?.end(text)
    })
  } finally {
    process.off("SIGINT", ignore)
  }
}
