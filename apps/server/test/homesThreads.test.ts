/** The threads of libraries that are written here begin with the first who asks, or when a server wants them before. */
import { pathToFileURL } from "node:url"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeHomes } from "../src/replica/Homes.js"
import { temporaryFolder } from "./support/temporaryFolder.js"

it.scopedLive("begin all of them when a server wants them, and none before", () =>
  Effect.gen(function* () {
    const data = yield* temporaryFolder
    const faults: Array<string> = []
    // A program that is not there: a thread that begins says so.
    const homes = yield* makeHomes(
      { data, blobs: undefined },
      pathToFileURL(`${data}/none.js`),
      (fault) => faults.push(fault),
      () => Effect.succeed(undefined)
    )
    expect(faults).toEqual([])
    yield* homes.begin
    expect(faults).toEqual([expect.stringContaining("none.js"), expect.stringContaining("none.js")])
  })
)
