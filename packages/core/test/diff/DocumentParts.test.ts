/** A document made of some parts of one version and some of another. */
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { diffDocuments } from "../../src/diff/DocumentDiff.js"
import { documentParts } from "../../src/diff/DocumentParts.js"
import { type Part, type PartChoice, PartList } from "../../src/diff/Parts.js"
import { rounds } from "../soak.js"
import { documents, edited, note, performance, song, track } from "./fixtures.js"

interface Apart {
  readonly parts: ReadonlyArray<Part>
  readonly take: (choose: (part: string) => PartChoice) => string
}

const apart = (ours: string, theirs: string): Apart => {
  const list = new PartList()
  const { take } = documentParts(ours, theirs, " (b31)", list)
  return { parts: list.list, take }
}

/** Of what a song was, and what it is today. */
const song2 = (theirs: (copy: ReturnType<typeof song>) => void) =>
  apart(JSON.stringify(song()), JSON.stringify(edited(song(), theirs)))

const chosen = (choices: Readonly<Record<string, PartChoice>>) => (name: string) => choices[name] ?? "keep"

describe("laws", () => {
  const texts = documents.map((value) => JSON.stringify(value))

  it("nothing taken is ours and everything taken is theirs, byte for byte; there are parts exactly where there are words", () => {
    FastCheck.assert(
      FastCheck.property(texts, texts, (ours, theirs) => {
        const { parts, take } = apart(ours, theirs)
        expect(parts.length > 0).toBe(diffDocuments(ours, theirs).same === "no")
        for (const { words } of parts) expect(words.length).toBeGreaterThan(0)
        if (parts.length === 0) return
        expect(take(() => "keep")).toBe(ours)
        expect(take(() => "replace")).toBe(theirs)
      }),
      { numRuns: rounds(500, 10_000) }
    )
  })

  it("one part after the other leads from ours to theirs", () => {
    FastCheck.assert(
      FastCheck.property(texts, texts, FastCheck.nat(), (ours, theirs, seed) => {
        let now = ours
        for (let turn = 0; turn < 200; turn++) {
          const { parts, take } = apart(now, theirs)
          const next = parts[(seed + turn) % Math.max(1, parts.length)]
          if (next === undefined) break
          now = take(chosen({ [next.name]: "replace" }))
        }
        expect(diffDocuments(now, theirs).same).not.toBe("no")
      }),
      { numRuns: rounds(500, 10_000) }
    )
  })

  it("whatever is chosen is JSON again", () => {
    FastCheck.assert(
      FastCheck.property(texts, texts, FastCheck.array(FastCheck.nat({ max: 2 })), (ours, theirs, picks) => {
        const { parts, take } = apart(ours, theirs)
        const all: ReadonlyArray<PartChoice> = ["keep", "replace", "both"]
        const choices = Object.fromEntries(
          parts.map(({ name }, index) => [name, all[picks[index] ?? 0] ?? "keep"])
        )
        expect(() =>
          JSON.parse(take((name) => (Object.hasOwn(choices, name) ? choices[name] : undefined) ?? "keep"))
        ).not.toThrow()
      }),
      { numRuns: rounds(300, 6000) }
    )
  })
})

describe("the parts of a song", () => {
  it("are named as people name them, and say what taking them changes", () => {
    const { parts } = song2((theirs) => {
      theirs.session_model.tempo = 104
      theirs.session_model.orchestration.layers.pop()
      theirs.session_model.form.sections.push({ name: "Bridge", start_bar: 25, bars: 4 })
      Object.assign(theirs.session_model.orchestration.layers[0] ?? {}, { register: "high" })
      theirs.focus.push("Silence")
    })
    expect(parts).toEqual([
      { name: "focus", words: ["focus: Silence added"], mayBeBoth: true },
      { name: "tempo", words: ["tempo 96 → 104"], mayBeBoth: false },
      { name: "section Bridge", words: ["section Bridge added at bar 25 (4 bars)"], mayBeBoth: false },
      { name: "layer Ground", words: ["layer Ground removed"], mayBeBoth: false },
      { name: "layer Lead", words: ["layer Lead register mid → high"], mayBeBoth: true }
    ])
  })

  it("are taken one at a time", () => {
    const { take } = song2((theirs) => {
      theirs.session_model.tempo = 104
      theirs.session_model.form.sections.splice(1, 1)
      Object.assign(theirs.session_model.orchestration.layers[0] ?? {}, { register: "high" })
    })
    expect(JSON.parse(take(chosen({ "layer Lead": "replace" })))).toEqual(
      edited(song(), (copy) => {
        Object.assign(copy.session_model.orchestration.layers[0] ?? {}, { register: "high" })
      })
    )
    expect(JSON.parse(take(chosen({ "section Verse": "replace", tempo: "replace" })))).toEqual(
      edited(song(), (copy) => {
        copy.session_model.tempo = 104
        copy.session_model.form.sections.splice(1, 1)
      })
    )
  })

  it("stand side by side where both are wanted: a track twice, all notes once", () => {
    const theirs = edited(performance(), (copy) => {
      copy.tracks[0]?.notes.splice(1, 1, note(65, 0.75))
      copy.tracks[1]?.notes.push(note(40, 2))
    })
    const { parts, take } = apart(JSON.stringify(performance()), JSON.stringify(theirs))
    expect(parts.map(({ name }) => name)).toEqual(["track Lead", "track 2 (acoustic bass)"])
    const { tracks } = JSON.parse(take(chosen({ "track Lead": "both" })))
    expect(tracks.map(({ name }: { readonly name: string }) => name)).toEqual([
      "Lead",
      "Lead (b31)",
      "",
      "Drums"
    ])
    expect(tracks[0]).toEqual(performance().tracks[0])
    expect(tracks[1].notes).toEqual(theirs.tracks[0]?.notes)
    const notes = apart(
      JSON.stringify({ notes: [note(60, 0), note(62, 1)] }),
      JSON.stringify({ notes: [note(60, 0), note(64, 0.5)] })
    )
    expect(JSON.parse(notes.take(() => "both")).notes).toEqual([note(60, 0), note(64, 0.5), note(62, 1)])
  })

  it("keep the order of today unless that is taken too", () => {
    const theirs = edited(performance(), (copy) => {
      copy.tracks.reverse()
      copy.tracks.unshift(track("Pad", "synth", [note(48, 0)], 3))
    })
    const { parts, take } = apart(JSON.stringify(performance()), JSON.stringify(theirs))
    expect(parts.map(({ name }) => name)).toEqual(["track Pad", "order of tracks"])
    const order = (text: string) =>
      JSON.parse(text).tracks.map(({ instrument }: { readonly instrument: string }) => instrument)
    expect(order(take(chosen({ "track Pad": "replace" })))).toEqual([
      ...["synth", "flute", "acoustic bass", "standard kit"]
    ])
    expect(order(take(chosen({ "order of tracks": "replace" })))).toEqual([
      ...["standard kit", "acoustic bass", "flute"]
    ])
  })

  it("are one where the fields only mean something together, and where one thing stands in two places", () => {
    const base = { key: "C", transport: { key: "C" }, form: { structure: [8, 8], section_types: ["A", "B"] } }
    const theirs = {
      key: "D",
      transport: { key: "D" },
      form: { structure: [8, 4], section_types: ["A", "C"] }
    }
    const { parts, take } = apart(JSON.stringify(base), JSON.stringify(theirs))
    expect(parts.map(({ name }) => name)).toEqual(["key", "form structure and section types"])
    expect(JSON.parse(take(chosen({ key: "replace" })))).toEqual({ ...theirs, form: base.form })
  })
})

describe("the parts of anything else", () => {
  it("are paths in a document of unknown shape", () => {
    const { parts, take } = apart('{"rooms":[{"size":3}],"x":1}', '{"rooms":[{"size":4}],"x":2}')
    expect(parts.map(({ name }) => name)).toEqual(["rooms", "x"])
    expect(take(chosen({ rooms: "replace" }))).toBe('{"rooms":[{"size":4}],"x":1}')
  })

  it("are one part in what is not JSON, or would be rounded", () => {
    for (const [ours, theirs] of [
      ["not JSON", '{"a":1}'],
      ['{"seed":12345678901234567890,"a":1}', '{"seed":12345678901234567890,"a":2}']
    ] as const) {
      const { parts, take } = apart(ours, theirs)
      expect(parts.map(({ name }) => name)).toEqual(["document"])
      expect(take(() => "replace")).toBe(theirs)
      expect(take(() => "both")).toBe(ours)
    }
  })

  it("are a hundred at most, and the rest", () => {
    const fields = (from: number) =>
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}`, from + index]))
      )
    const { parts, take } = apart(fields(0), fields(1))
    expect(parts).toHaveLength(101)
    expect(parts.at(-1)?.name).toBe("the rest")
    expect(JSON.parse(take(chosen({ f0: "replace" })))).toMatchObject({ f0: 1, f1: 1, f299: 299 })
    expect(JSON.parse(take(chosen({ "the rest": "replace" })))).toMatchObject({ f0: 0, f1: 1, f299: 300 })
  })
})
