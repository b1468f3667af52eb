/** The threads of libraries that are written here: when they begin, and who waits for them. */
import { pathToFileURL } from "node:url"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeHomes } from "../src/replica/Homes.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

it.scopedLive("begin when a server wants them, and not for a library of which nothing is open", () =>
  Effect.gen(function* () {
    const data = yield* temporaryFolder
    const faults: Array<string> = []
    // A program that is not there: a thread that begins says so.
    const program = pathToFileURL(`${data}/none.js`)
    const homes = yield* makeHomes(
      { data, blobs: undefined },
      program,
      (fault) => faults.push(fault),
      () => Effect.succeed(undefined)
    )
    yield* homes.forget("lib-of-another-node")
    expect(faults).toEqual([])
    yield* homes.begin
    expect(faults).toEqual([expect.stringContaining("none.js"), expect.stringContaining("none.js")])
  })
)
