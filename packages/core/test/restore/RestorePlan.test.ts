/** Planning a restore, given – when – then: `before` is today, `after` is the source. */
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { toHex } from "../../src/codec/Bytes.js"
import { type Cell, type Kind, kinds, liveTables, text } from "../../src/model/Entity.js"
import { decodeRecord, encodeCells } from "../../src/model/Record.js"
import type { ObjectRef } from "../../src/model/RecordCells.js"
import type { PlanItem } from "../../src/restore/Plan.js"
import { type PlanOptions, planRestore } from "../../src/restore/RestorePlan.js"
import { diffTrees, type TreeChange, type TreeDifference, updateTree } from "../../src/tree/Tree.js"
import { sha256 } from "../sha256.js"
import { changes, MemoryNodes, modelOf, puts, treeOf } from "../tree/fixtures.js"

const columnsOf = (kind: Kind) => new Map<string, Cell>(liveTables[kind].columns.map((name) => [name, null]))
const columns = {
  song: columnsOf("song"),
  performance: columnsOf("performance"),
  preferences: columnsOf("preferences")
}

/** A record of a song with every column of today, and more where given. */
const record = (name: string, more: Readonly<Record<string, Cell>> = {}): Uint8Array =>
  encodeCells(
    "song",
    new Map<string, Cell>([...columns.song, ["id", text("a")], ["name", text(name)], ...Object.entries(more)])
  )

const difference = (before: Uint8Array | undefined, after: Uint8Array | undefined): TreeDifference => ({
  kind: "song",
  id: "a",
  before,
  after
})

const options: PlanOptions = { mode: "merge", onConflict: "keep", named: false, columns, scope: 10 }

const plan = (all: ReadonlyArray<TreeDifference>, change: Partial<PlanOptions> = {}) =>
  planRestore(all, { ...options, ...change })

const only = (each: TreeDifference, change: Partial<PlanOptions> = {}) => {
  const { items, counts, conflicts } = plan([each], change)
  expect(items).toHaveLength(1)
  expect(counts[items[0]?.action ?? "keep"]).toBe(1)
  return { action: items[0]?.action, conflict: items[0]?.conflict, conflicts }
}

describe("a song that is gone today", () => {
  const gone = difference(undefined, record("then"))
  it("comes back, in every mode", () => {
    for (const mode of ["merge", "exact"] as const)
      for (const named of [true, false])
        expect(only(gone, { mode, named })).toEqual({ action: "create", conflict: false, conflicts: 0 })
  })

  it("stays gone where its deletion counts as an edit, unless the one before is wanted", () => {
    const keepsDeletions = true
    for (const onConflict of ["keep", "combine"] as const) {
      expect(only(gone, { keepsDeletions, onConflict })).toEqual({
        action: "keep",
        conflict: true,
        conflicts: 1
      })
      expect(plan([gone], { keepsDeletions, onConflict }).items).toMatchObject([
        { name: "then", before: undefined, after: undefined, notes: ["it was deleted since"] }
      ])
    }
    for (const change of [{ mode: "exact" }, { onConflict: "replace" }, { onConflict: "both" }] as const)
      expect(only(gone, { keepsDeletions, newId: () => "new", ...change })).toEqual({
        action: "create",
        conflict: false,
        conflicts: 0
      })
  })
})

describe("a song that changed after the source", () => {
  const changed = difference(record("today"), record("then"))

  it("is kept by a whole-library merge, and counted as a conflict", () => {
    expect(only(changed)).toEqual({ action: "keep", conflict: true, conflicts: 1 })
    expect(plan([changed]).counts).toEqual({ create: 0, update: 0, delete: 0, keep: 1, unchanged: 9 })
  })

  it.each<readonly [string, Partial<PlanOptions>]>([
    ["by a merge that is told to replace", { onConflict: "replace" }],
    ["when it was named: a bad edit is the reason for the restore", { named: true }],
    ["by an exact restore", { mode: "exact" }]
  ])("is replaced %s", (_, change) => {
    expect(only(changed, change)).toEqual({ action: "update", conflict: false, conflicts: 0 })
  })
})

describe("a song that is newer than the source", () => {
  const newer = difference(record("today"), undefined)

  it("is kept by a merge and is no conflict", () => {
    for (const change of [{}, { named: true }, { onConflict: "replace" as const }])
      expect(only(newer, change)).toEqual({ action: "keep", conflict: false, conflicts: 0 })
  })

  it("is deleted by an exact restore", () => {
    expect(only(newer, { mode: "exact" })).toEqual({ action: "delete", conflict: false, conflicts: 0 })
  })
})

describe("columns", () => {
  it("that the table lost are left out and named, those it gained keep today's value", () => {
    const today = new Map<string, Cell>([...columns.song, ["tempo", 120n]])
    const before = record("today", { tempo: 90n })
    const after = record("then", { mood: text("calm"), key_mode: null })
    const { items } = plan([difference(before, after)], {
      mode: "exact",
      columns: { ...columns, song: today }
    })
    expect(items[0]?.notes).toEqual(["this library has no column mood; the rest was restored"])
    expect(toHex(items[0]?.after ?? new Uint8Array(0))).toBe(toHex(record("then", { tempo: 90n })))
  })

  it("that the table gained get their default in a song that comes back", () => {
    const today = new Map<string, Cell>([...columns.song, ["tempo", 120n]])
    const { items } = plan([difference(undefined, record("then"))], { columns: { ...columns, song: today } })
    expect(toHex(items[0]?.after ?? new Uint8Array(0))).toBe(toHex(record("then", { tempo: 120n })))
  })

  it("that are all there is to a difference and that the table lost make no difference", () => {
    const lost = difference(record("same"), record("same", { mood: text("calm") }))
    expect(plan([lost])).toMatchObject({ items: [], conflicts: 0, counts: { unchanged: 10 } })
  })
})

it("the plan names each song, by its name in the source where there is one", () => {
  const nameOf = (each: TreeDifference) => plan([each], { mode: "exact" }).items[0]?.name
  expect(nameOf(difference(record("today"), record("then")))).toBe("then")
  expect(nameOf(difference(record("today"), undefined))).toBe("today")
})

it("counts the entities in scope that are left alone", () => {
  const all = [
    difference(undefined, record("created")),
    difference(record("today"), record("then")),
    difference(record("newer"), undefined)
  ]
  expect(plan(all).counts).toEqual({ create: 1, update: 0, delete: 0, keep: 2, unchanged: 8 })
  expect(plan([]).counts.unchanged).toBe(10)
  expect(plan(all, { scope: 1 }).counts.unchanged).toBe(0)
})

/** What the plan does to today's tree. */
const applied = (items: ReadonlyArray<PlanItem>): ReadonlyArray<TreeChange> =>
  items
    .filter(({ action }) => action !== "keep")
    .map(({ kind, id, after }) => ({ kind, id, record: after ?? null }))

/** Every entity with all columns that its record has: then nothing needs fitting. */
const anyColumns = (records: Iterable<{ readonly kind: Kind; readonly record: Uint8Array }>) => {
  const found = {
    song: new Map<string, Cell>(),
    performance: new Map<string, Cell>(),
    preferences: new Map<string, Cell>()
  }
  for (const { kind, record } of records)
    for (const name of decodeRecord(kind, record).keys()) found[kind].set(name, null)
  return found
}

describe("any two libraries", () => {
  const both = FastCheck.tuple(puts, changes)
  const setting = (all: ReadonlyArray<TreeChange>, more: ReadonlyArray<TreeChange>) => {
    const nodes = new MemoryNodes(sha256)
    const source = treeOf(all, nodes)
    const today = updateTree(source, more, nodes)
    const models = { source: modelOf(all), today: modelOf([...all, ...more]) }
    const columns = anyColumns([...models.source.values(), ...models.today.values()])
    return { nodes, source, today, models, columns, differences: [...diffTrees(today, source, nodes)] }
  }

  it("an exact restore makes the library what the source is", () => {
    FastCheck.assert(
      FastCheck.property(both, ([all, more]) => {
        const { nodes, source, today, columns, differences } = setting(all, more)
        const { items } = plan(differences, { mode: "exact", columns })
        expect(toHex(updateTree(today, applied(items), nodes))).toBe(toHex(source))
      }),
      { numRuns: 50 }
    )
  })

  it("a merge deletes nothing, brings back what is missing, and is finished when it is done", () => {
    FastCheck.assert(
      FastCheck.property(
        both,
        FastCheck.constantFrom("keep" as const, "replace" as const),
        ([all, more], onConflict) => {
          const { nodes, source, today, models, columns, differences } = setting(all, more)
          const { items, counts, conflicts } = plan(differences, { columns, onConflict })
          expect(counts.delete).toBe(0)
          const after = updateTree(today, applied(items), nodes)
          const left = [...diffTrees(after, source, nodes)]
          expect(left.filter(({ before }) => before === undefined)).toEqual([])
          expect(left.filter(({ after }) => after !== undefined)).toHaveLength(conflicts)
          if (onConflict === "replace") expect(conflicts).toBe(0)
          for (const { kind, id } of left) expect(models.today.has(`${kind}\0${id}`)).toBe(true)
          expect(applied(plan(left, { columns, onConflict }).items)).toEqual([])
        }
      ),
      { numRuns: 50 }
    )
  })
})

it("plans for every kind", () => {
  for (const kind of kinds) {
    const { idColumn } = liveTables[kind]
    const cells = new Map<string, Cell | ObjectRef>([...columns[kind], [idColumn, text("x")]])
    const { counts } = plan([{ kind, id: "x", before: undefined, after: encodeCells(kind, cells) }])
    expect(counts.create).toBe(1)
  }
})
