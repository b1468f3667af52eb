import { join } from "node:path"
import { inject } from "vitest"

/** The file of a program that `setup` bundled. */
export const programFile = (name: "worker" | "serve" | "inbox" | "opener"): string =>
  join(inject("programs"), `${name}.js`)
