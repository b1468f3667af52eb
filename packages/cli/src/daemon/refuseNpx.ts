import { refusal } from "../error/CliError.js"

/** What npx runs lies in a cache that npm may empty: a service of it would one day start nothing. @throws CliError */
export const refuseNpx = (script: string): void => {
  if (/[\\/]_npx[\\/]/.test(script))
    throw refusal(
      "This is whiteroom as npx runs it, from a cache that npm may empty, so your system cannot start it.",
      "First: npm install --global @white-room/cli. Then: whiteroom daemon install."
    )
}
