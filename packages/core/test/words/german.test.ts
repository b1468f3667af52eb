import { describe, expect, it } from "@effect/vitest"
import { diffDocuments } from "../../src/diff/DocumentDiff.js"
import { documentParts } from "../../src/diff/DocumentParts.js"
import { merge3 } from "../../src/diff/Merge.js"
import { PartList } from "../../src/diff/Parts.js"
import { diffRecords } from "../../src/diff/RecordDiff.js"
import type { Kind } from "../../src/model/Entity.js"
import { text } from "../../src/model/Entity.js"
import { germanNames, germanNouns } from "../../src/words/Dictionary.js"
import { english } from "../../src/words/english.js"
import { german } from "../../src/words/german.js"
import { languageTags, phrasesOf } from "../../src/words/Language.js"
import { edited, note, performance, song, track } from "../diff/fixtures.js"

const json = JSON.stringify

const toldOf = <A>(before: A, edit: (copy: A) => void) =>
  diffDocuments(json(before), json(edited(before, edit)), "de").words

const form = (structure: ReadonlyArray<number>, types: ReadonlyArray<string>) => ({
  session_model: { form: { structure, section_types: types } }
})

describe("a difference in German", () => {
  it.each([
    ["a field", toldOf(song(), (copy) => (copy.session_model.tempo = 104)), ["Tempo 96 → 104"]],
    [
      "a fraction",
      toldOf(song(), (copy) => (copy.session_model.rhythm.density = 0.25)),
      ["Rhythmus: Dichte 0,7 → 0,25"]
    ],
    [
      "a meter",
      toldOf(song(), (copy) => (copy.session_model.time_signature = [3, 4])),
      ["Taktart 4/4 → 3/4"]
    ],
    ["a length", toldOf(song(), (copy) => (copy.duration_seconds = 150.5)), ["Dauer 2:00 → 2:30,5"]],
    [
      "a switch",
      toldOf(song(), (copy) => (copy.session_model.pitch.permutation_enabled = false)),
      ["Tonhöhe: Permutation aus"]
    ],
    [
      "words",
      toldOf(song(), (copy) => (copy.focus = ["Register", "Echo"])),
      ["Schwerpunkt: Counterpoint entfernt", "Schwerpunkt: Echo hinzugefügt"]
    ],
    ["prose", toldOf(song(), (copy) => (copy.name = "Day Drive")), ["Name „Night Drive“ → „Day Drive“"]],
    [
      "a section",
      toldOf(song(), (copy) => copy.session_model.form.sections.pop()),
      ["Abschnitt Chorus entfernt bei Takt 17 (8 Takte)"]
    ],
    [
      "sections of a form",
      diffDocuments(json(form([8, 8], ["A", "B"])), json(form([8, 12, 4], ["A", "B", "C"])), "de").words,
      ["Abschnitt C bei Takt 21 hinzugefügt (4 Takte)", "Abschnitt B bei Takt 9: Länge 8 → 12 Takte"]
    ],
    [
      "a layer",
      toldOf(song(), (copy) => {
        const [lead] = copy.session_model.orchestration.layers
        if (lead) lead.density_weight = 0.5
      }),
      ["Ebene Lead: Gewicht der Dichte 0,7 → 0,5"]
    ],
    [
      "a pulse stream",
      toldOf(song(), (copy) => {
        const [, second] = copy.session_model.rhythm.primary_pulse_streams
        if (second) second.weight = 0.5
      }),
      ["Pulsstrom 2 (Periode 4): Gewicht 0,8 → 0,5"]
    ],
    [
      "notes",
      toldOf(performance(), (copy) => copy.tracks[0]?.notes.push(note(76, 2), note(79, 2.5))),
      ["2 Noten hinzugefügt in Spur Lead"]
    ],
    [
      "one note",
      toldOf(performance(), (copy) => copy.tracks[0]?.notes.push(note(76, 2.5))),
      ["Note E5 hinzugefügt bei 2,5 s in Spur Lead"]
    ],
    [
      "a transposition",
      toldOf(performance(), (copy) => {
        for (const each of copy.tracks[0]?.notes ?? []) each.midi += 2
      }),
      ["4 Noten um 2 Halbtöne nach oben transponiert in Spur Lead"]
    ],
    [
      "a track",
      toldOf(performance(), (copy) => copy.tracks.push(track("Horn", "french horn", [note(60, 0)]))),
      ["Spur Horn hinzugefügt (1 Note)"]
    ],
    [
      "a field that nobody knows",
      toldOf({ ...song(), glissando_depth: 1 }, (copy) => (copy.glissando_depth = 2)),
      ["glissando depth 1 → 2"]
    ],
    [
      "things that nobody knows",
      diffDocuments(
        json({ tempo: 1, widgets: [] }),
        json({ tempo: 1, widgets: [...Array(9).keys()].map((id) => ({ id, a: id })) }),
        "de"
      ).words,
      ["9 × widget hinzugefügt"]
    ],
    [
      "a text",
      diffDocuments("one\ntwo\n", "one\nthree\nfour\n", "de").words,
      ["Text geändert (2 Zeilen hinzugefügt, 1 entfernt)"]
    ],
    ["a document that came", diffDocuments("", "{}", "de").words, ["Dokument hinzugefügt"]],
    [
      "a document of unknown shape",
      diffDocuments('{"a":{"b":1}}', '{"a":{"b":null}}', "de").words,
      ["a.b: 1 → null"]
    ]
  ])("tells %s", (_, told, wanted) => {
    expect(told).toEqual(wanted)
  })

  it("counts what it leaves out", () => {
    const many = (by: number) => Object.fromEntries([...Array(30).keys()].map((id) => [`f${id}`, id + by]))
    const told = diffDocuments(json({ tempo: 1, ...many(0) }), json({ tempo: 1, ...many(1) }), "de").words
    expect(told.at(-1)).toBe("… und 10 weitere Änderungen")
  })

  it("tells the fields of a record, and what came and went", () => {
    const cells = (kind: Kind, fields: Record<string, string>) => {
      const row = new Map(Object.entries(fields).map(([column, value]) => [column, text(value)]))
      return { kind, row }
    }
    const before = cells("preferences", {
      user_id: "u",
      auto_save_enabled: "1",
      auto_save_interval: "300"
    }).row
    const after = cells("preferences", { user_id: "u", auto_save_enabled: "0", auto_save_interval: "60" }).row
    const told = diffRecords("preferences", before, after, () => undefined, "de")
    expect(told.words).toEqual(["automatisches Speichern aus", "automatisch gespeichert alle 300 s → 60 s"])
    expect(diffRecords("song", undefined, after, () => undefined, "de").words).toEqual(["angelegt"])
    expect(diffRecords("song", before, undefined, () => undefined, "de").words).toEqual(["gelöscht"])
  })

  it("tells what both sides changed", () => {
    const tempo = (value: number) => json({ session_model: { tempo: value } })
    expect(merge3(tempo(1), tempo(2), tempo(3.5), "de").conflicts).toEqual(["Tempo: dort 2, hier 3,5"])
  })
})

describe("parts in German", () => {
  it("have the names of English ones, so that a choice is the same in each language, and labels of their own", () => {
    const ours = json(song())
    const theirs = json(
      edited(song(), (copy) => {
        copy.session_model.tempo = 104
        copy.session_model.orchestration.layers.pop()
        copy.focus.reverse()
      })
    )
    const [plain, told] = [new PartList(), new PartList("de")]
    documentParts(ours, theirs, "", plain)
    const taken = documentParts(ours, theirs, "", told)
    expect(told.list.map(({ name }) => name)).toEqual(plain.list.map(({ name }) => name))
    expect(told.list.map(({ label }) => label)).toEqual(["Schwerpunkt", "Tempo", "Ebene Ground"])
    expect(plain.list.every((part) => !("label" in part))).toBe(true)
    expect(taken.take((part) => (part === "layer Ground" ? "replace" : "keep"))).not.toContain('"Ground"')
  })
})

describe("a language", () => {
  it("says all that English says", () => {
    for (const tag of languageTags)
      expect(Object.keys(phrasesOf(tag)).sort()).toEqual(Object.keys(english).sort())
  })

  /** What a phrase makes of things that have no language. */
  const madeBy = (phrase: unknown): string =>
    String(typeof phrase === "function" ? phrase(...Array(phrase.length).fill("§")) : phrase)

  it("leaves no phrase in English", () => {
    const same = new Set(["decimal", "list", "grouped", "name", "noun", "count", "which"])
    const alike = Object.entries(english).filter(([key, phrase]) => {
      const other = new Map<string, unknown>(Object.entries(german)).get(key)
      return !same.has(key) && madeBy(phrase) === madeBy(other)
    })
    // “in” is German too.
    expect(alike.map(([key]) => key)).toEqual(["in"])
  })

  it("has a German word for each name and noun that it knows, one for several of each, and none twice", () => {
    const alike = [...germanNames].flatMap(([plain, word]) => (word.toLowerCase() === plain ? [plain] : []))
    const both = [
      "agent",
      "amplitude",
      "element",
      "form",
      "frames",
      "genre",
      "instrument",
      "name",
      "permutation",
      "phase"
    ]
    both.push("preset", "presets", "rate", "reprise", "rotation", "tempo", "text", "tick", "ticks")
    expect(alike.sort()).toEqual(both)
    for (const [plain, word] of germanNames) expect(german.name(plain)).toBe(word)
    for (const [noun, [one, several]] of germanNouns) {
      expect(german.count(1, noun)).toBe(`1 ${one}`)
      expect(german.count(1204, noun)).toBe(`1.204 ${several}`)
    }
  })
})
