/** What the log says has changed between two states is what their trees say. */
import { describe, expect, it } from "@effect/vitest"
import { diffTrees, type TreeDifference } from "@white-room/core"
import * as Effect from "effect/Effect"
import { differenceBetween } from "../../src/history/differenceBetween.js"
import type { Library } from "../../src/index.js"
import { openSession } from "../../src/session/openSession.js"
import type { Session } from "../../src/session/Session.js"
import { resolveState } from "../../src/state/States.js"
import { seeded } from "../reliability/support/seeded.js"
import { act } from "../support/days.js"
import { freshLibrary } from "../support/libraries.js"
import { rounds } from "../support/soak.js"

const keysOf = (all: ReadonlyArray<{ readonly kind: string; readonly id: string }>) =>
  all.map(({ kind, id }) => `${kind} ${id}`).sort()

const inTrees = (session: Session, from: string, to: string) => {
  const [a, b] = [resolveState(session, from), resolveState(session, to)]
  const all = [...diffTrees(a.root(), b.root(), session.bothStores(a.nodes, b.nodes))]
  const those = (is: (each: TreeDifference) => boolean) => keysOf(all.filter(is))
  return {
    created: those(({ before }) => before === undefined),
    deleted: those(({ after }) => after === undefined),
    changed: those(({ before, after }) => before !== undefined && after !== undefined)
  }
}

const sourcesOf = (library: Library) =>
  Effect.gen(function* () {
    const { position } = yield* library.log.head
    const backups = yield* library.backups.list()
    return [
      ...[1, 9, 20].filter((moment) => moment <= position).map((moment) => `@${moment}`),
      "now",
      ...backups.map(({ number }) => `b${number}`)
    ]
  })

describe("the difference of two states", () => {
  for (const seed of Array.from({ length: rounds(2, 30) }, (_, index) => 11 + index))
    it.scoped(`is the same by the log and by trees, in both directions (${seed})`, () =>
      Effect.gen(function* () {
        const random = seeded(seed)
        const library = yield* freshLibrary
        for (let step = 0; step < 40; step++) yield* act(library, random, step)
        yield* library.log.capture
        const session = openSession(library.path, { actor: "ada@studio" })
        yield* Effect.addFinalizer(() => Effect.sync(() => session.close()))
        const sources = yield* sourcesOf(library)
        expect(sources.length).toBeGreaterThan(3)
        for (const from of sources)
          for (const to of sources) {
            const found = differenceBetween(session, from, to, { words: false }, 0)
            const keys = {
              created: keysOf(found.created),
              deleted: keysOf(found.deleted),
              changed: keysOf(found.changed)
            }
            expect(keys, `${from} to ${to}`).toEqual(inTrees(session, from, to))
          }
      })
    )
})
