import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { diffDocuments } from "../../src/diff/DocumentDiff.js"
import { merge3 } from "../../src/diff/Merge.js"
import type { Json } from "../../src/document/Json.js"
import { rounds } from "../soak.js"
import { documents, edited, note, performance, respell, song, track } from "./fixtures.js"

/** Merges two edits of one document. */
const merge = <A extends Json>(base: A, theirs: (copy: A) => void, ours: (copy: A) => void) => {
  const { merged, conflicts } = merge3(...texts(base, edited(base, theirs), edited(base, ours)))
  return { merged: JSON.parse(merged ?? "null"), conflicts }
}

const texts = (base: unknown, theirs: unknown, ours: unknown) =>
  [JSON.stringify(base), JSON.stringify(theirs), JSON.stringify(ours)] as const

describe("laws", () => {
  it("takes the side that changed, byte for byte", () => {
    FastCheck.assert(
      FastCheck.property(documents, documents, (one, other) => {
        const [base, changed] = [JSON.stringify(one), `${JSON.stringify(other)}\n`]
        expect(merge3(base, base, changed)).toEqual({ merged: changed, conflicts: [] })
        expect(merge3(base, changed, base)).toEqual({ merged: changed, conflicts: [] })
        expect(merge3(base, changed, changed)).toEqual({ merged: changed, conflicts: [] })
      })
    )
  })

  it("takes the side that changed also when the other was only spelled anew", () => {
    FastCheck.assert(
      FastCheck.property(documents, documents, (one, other) => {
        const [base, spelled, changed] = [JSON.stringify(one), respell(one), JSON.stringify(other)]
        for (const { merged, conflicts } of [
          merge3(base, spelled, changed),
          merge3(base, changed, spelled)
        ]) {
          expect(conflicts).toEqual([])
          expect(diffDocuments(merged ?? "", changed).same).not.toBe("no")
        }
        const { merged, conflicts } = merge3(base, respell(other), changed)
        expect(conflicts).toEqual([])
        expect(diffDocuments(merged ?? "", changed).same).not.toBe("no")
      })
    )
  })

  it("always gives JSON, and without conflicts the same from either side, but for the order of what both added", () => {
    FastCheck.assert(
      FastCheck.property(documents, documents, documents, (base, theirs, ours) => {
        const there = merge3(...texts(base, theirs, ours))
        const here = merge3(...texts(base, ours, theirs))
        expect(there.conflicts.length).toBe(here.conflicts.length)
        expect(() => JSON.parse(there.merged ?? "")).not.toThrow()
        if (there.conflicts.length === 0)
          expect(bag(JSON.parse(there.merged ?? ""))).toBe(bag(JSON.parse(here.merged ?? "")))
      }),
      { numRuns: rounds(300, 6000) }
    )
  })

  it("keeps every note that either side has and neither removed", () => {
    const lists = FastCheck.uniqueArray(
      FastCheck.tuple(FastCheck.nat({ max: 3 }), FastCheck.nat({ max: 5 })),
      {
        selector: (pair) => pair.join()
      }
    )
    FastCheck.assert(
      FastCheck.property(lists, lists, lists, (base, theirs, ours) => {
        const document = (pairs: ReadonlyArray<readonly [number, number]>) =>
          JSON.stringify({
            notes: pairs.map(([pitch, time]) => ({ id: `${pitch}/${time}`, ...note(60 + pitch, time) }))
          })
        const { merged, conflicts } = merge3(document(base), document(theirs), document(ours))
        const ids = (list: ReadonlyArray<readonly [number, number]>) =>
          new Set(list.map(([pitch, time]) => `${pitch}/${time}`))
        const [old, there, here] = [ids(base), ids(theirs), ids(ours)]
        const wanted = [...new Set([...there, ...here])].filter(
          (id) => (there.has(id) && here.has(id)) || !old.has(id)
        )
        const found = JSON.parse(merged ?? "").notes.map((one: { readonly id: string }) => one.id)
        expect(found.sort()).toEqual(wanted.sort())
        expect(conflicts.filter((phrase) => !phrase.includes("order"))).toEqual([])
      }),
      { numRuns: rounds(600, 12_000) }
    )
  })
})

/** A value without the order of its lists and fields. */
const bag = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(bag).sort().join()}]`
  if (value === null || typeof value !== "object") return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}:${bag(inner as Json)}`)
    .sort()
    .join()}}`
}

describe("two edits of one song", () => {
  it("are both taken where they touch different things", () => {
    const { merged, conflicts } = merge(
      song(),
      (theirs) => {
        theirs.session_model.tempo = 104
        theirs.focus.push("Silence")
        theirs.session_model.orchestration.layers.unshift({
          name: "Pad",
          register: "low",
          density_weight: 0.3
        })
        Object.assign(theirs.session_model.rhythm.primary_pulse_streams[1] ?? {}, { weight: 0.6 })
      },
      (ours) => {
        ours.session_model.time_signature = [3, 4]
        ours.focus.shift()
        ours.session_model.orchestration.layers.push({ name: "Bells", register: "high", density_weight: 0.2 })
        Object.assign(ours.session_model.orchestration.layers[0] ?? {}, { density_weight: 0.9 })
        Object.assign(ours.session_model.rhythm.primary_pulse_streams[1] ?? {}, { phase_offset: 2 })
      }
    )
    expect(conflicts).toEqual([])
    expect(merged.session_model.tempo).toBe(104)
    expect(merged.session_model.time_signature).toEqual([3, 4])
    expect(merged.focus).toEqual(["Register", "Silence"])
    expect(merged.session_model.rhythm.primary_pulse_streams[1]).toEqual({
      period: 4,
      phase_offset: 2,
      weight: 0.6
    })
    expect(merged.session_model.orchestration.layers).toEqual([
      { name: "Pad", register: "low", density_weight: 0.3 },
      { name: "Lead", register: "mid", density_weight: 0.9 },
      { name: "Ground", register: "low", density_weight: 0.4 },
      { name: "Bells", register: "high", density_weight: 0.2 }
    ])
  })

  it("keep ours where they touch the same thing, and say so", () => {
    const { merged, conflicts } = merge(
      song(),
      (theirs) => {
        theirs.session_model.tempo = 104
        theirs.session_model.time_signature = [3, 4]
        theirs.session_model.orchestration.layers.pop()
        Object.assign(theirs.session_model.orchestration.layers[0] ?? {}, { register: "low" })
      },
      (ours) => {
        ours.session_model.tempo = 90
        ours.session_model.time_signature = [4, 8]
        Object.assign(ours.session_model.orchestration.layers[0] ?? {}, { register: "high" })
        Object.assign(ours.session_model.orchestration.layers[1] ?? {}, { density_weight: 0.1 })
      }
    )
    expect(conflicts).toEqual([
      "tempo: 104 there, 90 here",
      "time signature: 3/4 there, 4/8 here",
      "layer Lead register: low there, high here",
      "layer Ground: removed there, changed here"
    ])
    expect(merged.session_model.tempo).toBe(90)
    expect(merged.session_model.time_signature).toEqual([4, 8])
    expect(merged.session_model.orchestration.layers[1]).toEqual({
      name: "Ground",
      register: "low",
      density_weight: 0.1
    })
  })

  it("never mix two meters or two forms", () => {
    const base = {
      form: { structure: [8, 8], section_types: ["A", "B"] },
      map: [{ time: 0, numerator: 4, denominator: 4 }]
    }
    const { merged, conflicts } = merge(
      base,
      (theirs) => {
        theirs.form = { structure: [8, 8, 4], section_types: ["A", "B", "C"] }
        theirs.map = [{ time: 0, numerator: 3, denominator: 4 }]
      },
      (ours) => {
        ours.form.structure = [8, 16]
        ours.map = [{ time: 0, numerator: 4, denominator: 8 }]
      }
    )
    expect(merged).toEqual({
      form: { structure: [8, 16], section_types: ["A", "B"] },
      map: [{ time: 0, numerator: 4, denominator: 8 }]
    })
    expect(conflicts).toHaveLength(2)
  })
})

describe("two edits of one performance", () => {
  it("keep notes in time and add what both added once", () => {
    const { merged, conflicts } = merge(
      performance(),
      (theirs) => {
        theirs.tracks[0]?.notes.splice(1, 0, note(61, 0.25), note(62, 0.3))
        theirs.tracks[2]?.notes.splice(0, 1)
      },
      (ours) => {
        ours.tracks[0]?.notes.splice(1, 0, note(61, 0.25), note(63, 0.28))
        ours.tracks.push(track("Pad", "synth", [note(48, 0)], 3))
      }
    )
    expect(conflicts).toEqual([])
    expect(merged.tracks[0].notes.map((one: { readonly midi: number }) => one.midi)).toEqual([
      60, 61, 63, 62, 64, 67, 72
    ])
    expect(merged.tracks[2].notes).toHaveLength(3)
    expect(merged.tracks[3].name).toBe("Pad")
  })

  it("move a note and change how it sounds at once, but not to two places", () => {
    const touch = (values: object) => (copy: ReturnType<typeof performance>) => {
      Object.assign(copy.tracks[0]?.notes[3] ?? {}, values)
    }
    const both = merge(performance(), touch({ time: 2 }), touch({ velocity: 1 }))
    expect(both.conflicts).toEqual([])
    expect(both.merged.tracks[0].notes[3]).toEqual(note(72, 2, 0.5, 1))
    const clash = merge(performance(), touch({ time: 2 }), touch({ time: 3 }))
    expect(clash.conflicts).toEqual(["note 4 (C5 at 3 s) of track Lead time: 2 there, 3 here"])
    expect(clash.merged.tracks[0].notes[3]).toEqual(note(72, 3))
  })

  it("take the new order of one side, and of two keep ours", () => {
    const first = (index: number) => (copy: ReturnType<typeof performance>) => {
      copy.tracks.unshift(...copy.tracks.splice(index, 1))
    }
    const one = merge(performance(), first(2), (ours) => Object.assign(ours.tracks[0] ?? {}, { channel: 5 }))
    expect(one.conflicts).toEqual([])
    expect(one.merged.tracks.map((part: { readonly instrument: string }) => part.instrument)).toEqual([
      "standard kit",
      "flute",
      "acoustic bass"
    ])
    expect(one.merged.tracks[1].channel).toBe(5)
    const two = merge(performance(), first(2), first(1))
    expect(two.conflicts).toEqual(["tracks: in one order there, in another here"])
    expect(two.merged.tracks[0].instrument).toBe("acoustic bass")
  })
})

describe("the text", () => {
  it("is written in the manner of ours", () => {
    const ours = `\ufeff${JSON.stringify({ a: 1, b: 3 }, undefined, "\t")}\n`
    expect(merge3('{"a":1,"b":2}', '{"a":2,"b":2}', ours).merged).toBe(
      `\ufeff${JSON.stringify({ a: 2, b: 3 }, undefined, "\t")}\n`
    )
  })

  it("is not made of what is no JSON, or would be rounded", () => {
    expect(merge3("a", "b", "c")).toEqual({
      merged: undefined,
      conflicts: ["the document is not JSON on every side"]
    })
    const seed = (tempo: number, key: string) =>
      `{"seed":12345678901234567890,"tempo":${tempo},"key":"${key}"}`
    const { merged, conflicts } = merge3(seed(96, "C"), seed(97, "C"), seed(96, "D"))
    expect(merged).toBeUndefined()
    expect(conflicts).toHaveLength(1)
  })
})
