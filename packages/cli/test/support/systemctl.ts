/** A service manager of a test. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import type { Whiteroom } from "./whiteroom.js"

/** A systemctl of this test that writes down how it was called; it fails for what `failing` names. */
export const withSystemctl = (whiteroom: Whiteroom, failing = "nothing") => {
  const bin = whiteroom.at("systemctl")
  writeFileSync(
    bin,
    `#!/bin/sh\necho "$@" >> '${whiteroom.at("calls")}'\ncase "$*" in *${failing}*) echo "Failed to connect to bus" >&2; exit 1;; esac\n`
  )
  chmodSync(bin, 0o755)
  return { PATH: `${whiteroom.folder}:${process.env.PATH ?? ""}`, XDG_CONFIG_HOME: whiteroom.at("config") }
}

/** How it was called, with the name of the service as W. */
export const calls = (whiteroom: Whiteroom) =>
  readFileSync(whiteroom.at("calls"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.replace(/whiteroom-[0-9a-f]{8}/, "W"))
