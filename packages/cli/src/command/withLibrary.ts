import type { Cli } from "./Cli.js"
import { openLibraryAt } from "./openLibraryAt.js"

/** The same program for a library that lies somewhere else. */
export const withLibrary = (cli: Cli, path: string): Cli => ({
  ...cli,
  path,
  open: openLibraryAt(path, cli.alone)
})
