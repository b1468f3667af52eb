import { join } from "node:path"
import { inject } from "vitest"

/** The file of a program that `setup` bundled. */
export const programFile = (name: "device" | "inbox" | "node" | "opener" | "serve" | "worker"): string =>
  join(inject("programs"), `${name}.js`)
