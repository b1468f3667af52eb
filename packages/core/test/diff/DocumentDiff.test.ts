import { describe, expect, it } from "vitest"
import { diffDocuments } from "../../src/diff/DocumentDiff.js"
import { edited, note, performance, song, track } from "./fixtures.js"

const words = (before: unknown, after: unknown) =>
  diffDocuments(JSON.stringify(before), JSON.stringify(after)).words

const songWords = (edit: (copy: ReturnType<typeof song>) => void) => words(song(), edited(song(), edit))

const playWords = (edit: (copy: ReturnType<typeof performance>) => void) =>
  words(performance(), edited(performance(), edit))

describe("a song", () => {
  it("tells tempo, meter, key, length and switches as a musician would", () => {
    expect(
      songWords((copy) => {
        copy.name = "Night Ride"
        copy.key = "D minor"
        copy.duration_seconds = 150
        copy.session_model.tempo = 104
        copy.session_model.time_signature = [3, 4]
        copy.session_model.pitch.permutation_enabled = false
        copy.session_model.rhythm.density = 0.6
        copy.session_model.pitch.primary_interval_seed = [2, 3, -5, 7]
      })
    ).toEqual([
      'name "Night Drive" → "Night Ride"',
      "key C major → D minor",
      "duration 2:00 → 2:30",
      "tempo 96 → 104",
      "time signature 4/4 → 3/4",
      "rhythm density 0.7 → 0.6",
      "pitch primary interval seed 2, 3, -5, 1 → 2, 3, -5, 7",
      "pitch permutation off"
    ])
  })

  it("names layers, pulse streams and words that came, went or changed", () => {
    expect(
      songWords((copy) => {
        copy.focus = ["Register", "Silence"]
        copy.session_model.orchestration.layers.unshift({ name: "Pad", register: "low", density_weight: 0.3 })
        copy.session_model.orchestration.layers[1] = { name: "Lead", register: "high", density_weight: 0.7 }
        copy.session_model.orchestration.layers.pop()
        copy.session_model.rhythm.primary_pulse_streams[1] = { period: 4, phase_offset: 0, weight: 0.6 }
        copy.session_model.rhythm.primary_pulse_streams.push({ period: 5, phase_offset: 1, weight: 0.2 })
      })
    ).toEqual([
      "focus: Counterpoint removed",
      "focus: Silence added",
      "pulse stream 3 (period 5) added",
      "pulse stream 2 (period 4) weight 0.8 → 0.6",
      "layer Ground removed",
      "layer Pad added",
      "layer Lead register mid → high"
    ])
  })

  it("names a pulse stream by its ratio where it has one", () => {
    const streams = (weight: number) => ({ rhythm: { pulse_streams: [{ name: "3:4", period: 3, weight }] } })
    expect(words(streams(0.8), streams(0.6))).toEqual(["pulse stream 3:4 weight 0.8 → 0.6"])
  })

  it("tells where sections went, how long they are and what they are called", () => {
    expect(
      songWords((copy) => {
        const [intro, verse, chorus] = copy.session_model.form.sections
        Object.assign(intro ?? {}, { name: "Opening" })
        Object.assign(verse ?? {}, { start_bar: 17 })
        Object.assign(chorus ?? {}, { start_bar: 9, bars: 12 })
      })
    ).toEqual([
      "section Intro renamed Opening",
      "section Chorus length 8 → 12 bars",
      "section Verse moved from bar 9 to 17",
      "section Chorus moved from bar 17 to 9"
    ])
  })

  it("tells sections together that an insertion pushed back", () => {
    expect(
      songWords((copy) => {
        const { sections } = copy.session_model.form
        for (const section of sections) section.start_bar += 4
        sections.unshift({ name: "Count in", start_bar: 1, bars: 4 })
      })
    ).toEqual(["section Count in added at bar 1 (4 bars)", "3 sections moved 4 bars later"])
  })

  it("reads lengths and names of sections as one form", () => {
    const form = (structure: ReadonlyArray<number>, types: string) => ({
      form: { structure, section_types: types.split(" "), transitions: "standard" }
    })
    const old = form([8, 8, 8], "verse chorus bridge")
    expect(words(old, form([12, 8, 8], "verse chorus bridge"))).toEqual([
      "section verse at bar 1 length 8 → 12 bars"
    ])
    expect(words(old, form([8, 4, 8, 8], "verse break chorus bridge"))).toEqual([
      "section break at bar 9 added (4 bars)"
    ])
    expect(words(old, form([8, 8], "verse chorus"))).toEqual(["section bridge at bar 17 removed (8 bars)"])
    expect(words(old, form([8, 8, 8], "bridge verse chorus"))).toEqual([
      "section bridge moved from bar 17 to 1"
    ])
    expect(words(old, form([8, 8, 8], "verse solo bridge"))).toEqual(["section chorus at bar 9 renamed solo"])
  })

  it("reads maps of tempo and meter", () => {
    const transport = (
      tempo: number,
      upper: number,
      later: ReadonlyArray<{ time: number; tempo: number }>
    ) => ({
      transport: {
        tempoMap: [{ time: 0, tempo }, ...later],
        timeSignatureMap: [{ time: 0, numerator: upper, denominator: 4 }],
        loopPolicy: { enabled: upper === 3 }
      }
    })
    expect(words(transport(96, 4, []), transport(104, 3, []))).toEqual([
      "tempo 96 → 104",
      "time signature 4/4 → 3/4",
      "loop policy on"
    ])
    expect(
      words(transport(96, 4, [{ time: 8, tempo: 80 }]), transport(96, 4, [{ time: 8, tempo: 90 }]))
    ).toEqual(["tempo at 8 s 80 → 90"])
    expect(words(transport(96, 4, []), transport(96, 4, [{ time: 8, tempo: 80 }]))).toEqual([
      "tempo 80 added at 8 s"
    ])
  })

  it("names a part that came or went as a whole", () => {
    expect(words({ name: "a", session_model: { tempo: 96 } }, { name: "a" })).toEqual([
      'session model removed ({"tempo":96})'
    ])
  })

  it("says once what is kept in two places", () => {
    const twice = (key: string) => ({ key, session_model: { key } })
    expect(words(twice("C major"), twice("D minor"))).toEqual(["key C major → D minor"])
  })
})

describe("a performance", () => {
  it("counts notes by track and names a single one", () => {
    expect(
      playWords((copy) => {
        copy.tempos[0] = { bpm: 104, ticks: 0 }
        copy.tracks[0]?.notes.push(note(76, 2), note(79, 2.5))
        copy.tracks[1]?.notes.pop()
        copy.tracks[2]?.notes.splice(0, 2)
      })
    ).toEqual([
      "tempo 96 → 104",
      "2 notes added in track Lead",
      "note G2 removed at 1 s in track 2 (acoustic bass)",
      "2 notes removed in track Drums"
    ])
  })

  it("tells notes that were moved, transposed or played otherwise from notes that came and went", () => {
    expect(
      playWords((copy) => {
        for (const one of copy.tracks[0]?.notes.slice(2) ?? []) Object.assign(one, { time: one.time + 0.25 })
        for (const one of copy.tracks[1]?.notes ?? []) one.midi -= 12
        for (const one of copy.tracks[2]?.notes.slice(1) ?? []) one.velocity = 1
      })
    ).toEqual([
      "2 notes moved 0.25 s later in track Lead",
      "2 notes transposed down 12 semitones in track 2 (acoustic bass)",
      "3 notes changed (velocity) in track Drums"
    ])
    expect(
      playWords((copy) => {
        Object.assign(copy.tracks[0]?.notes[1] ?? {}, { midi: 65 })
        Object.assign(copy.tracks[1]?.notes[1] ?? {}, { time: 1.5 })
        Object.assign(copy.tracks[2]?.notes[3] ?? {}, { velocity: 0.9 })
      })
    ).toEqual([
      "note E4 changed to F4 at 0.5 s in track Lead",
      "note G2 moved from 1 s to 1.5 s in track 2 (acoustic bass)",
      "note D2 at 1.5 s velocity 0.8 → 0.9 in track Drums"
    ])
  })

  it("knows a whole part again that was transposed onto its own pitches, or played at another speed", () => {
    const scale = [0, 1, 2, 3, 4, 5, 6, 7].map((step) => note(60 + 2 * (step % 3), step * 0.5))
    const with_ = (notes: typeof scale) => ({ tracks: [track("Lead", "flute", notes)] })
    expect(words(with_(scale), with_(scale.map((one) => ({ ...one, midi: one.midi + 2 }))))).toEqual([
      "8 notes transposed up 2 semitones in track Lead"
    ])
    expect(words(with_(scale), with_(scale.map((one) => ({ ...one, time: one.time + 0.5 }))))).toEqual([
      "8 notes moved 0.5 s later in track Lead"
    ])
  })

  it("tells what else changed about notes that were transposed", () => {
    expect(
      playWords((copy) => {
        for (const one of copy.tracks[1]?.notes ?? []) Object.assign(one, { midi: one.midi + 1, velocity: 1 })
      })
    ).toEqual([
      "2 notes transposed up 1 semitone in track 2 (acoustic bass)",
      "2 notes changed (velocity) in track 2 (acoustic bass)"
    ])
  })

  it("does not take a new hit in a steady beat for a beat that moved", () => {
    const beat = (from: number) => ({
      tracks: [
        track(
          "Kick",
          "standard kit",
          [0, 1, 2, 3, 4, 5].map((step) => note(35, from + step))
        )
      ]
    })
    expect(words(beat(0), beat(1))).toEqual(["note B1 moved from 0 s to 6 s in track Kick"])
  })

  it("names tracks that came, went, moved or were given another name or instrument", () => {
    expect(
      playWords((copy) => {
        copy.tracks.splice(0, 1)
        copy.tracks[0] = { ...track("", "violin", copy.tracks[0]?.notes ?? [], 1) }
        copy.tracks.push(track("Pad", "synth", [note(60, 0), note(64, 0)], 3))
      })
    ).toEqual([
      "track Lead removed (4 notes)",
      "track Pad added (2 notes)",
      "track 1 (violin) instrument acoustic bass → violin"
    ])
    expect(playWords((copy) => Object.assign(copy.tracks[0] ?? {}, { name: "Solo" }))).toEqual([
      "track Lead renamed Solo"
    ])
    expect(playWords((copy) => copy.tracks.unshift(...copy.tracks.splice(2)))).toEqual([
      "track Drums moved from place 3 to 1"
    ])
  })

  it("tells tracks of one name apart", () => {
    const twins = (velocity: number) => ({
      tracks: [
        track("Piano", "piano", [note(60, 0)]),
        track("Piano", "piano", [note(60, 0, 0.5, velocity)], 1)
      ]
    })
    expect(words(twins(0.8), twins(0.9))).toEqual([
      "note C4 at 0 s velocity 0.8 → 0.9 in track Piano (no. 2)"
    ])
  })

  it("sees one note at the head of ten thousand as one note", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => note(60 + (index % 12), index / 8))
    const diff = diffDocuments(
      JSON.stringify({ tracks: [track("Lead", "flute", many)] }),
      JSON.stringify({ tracks: [track("Lead", "flute", [note(59, 0), ...many])] })
    )
    expect(diff.words).toEqual(["note B3 added at 0 s in track Lead"])
    expect(diff.patch).toEqual([{ op: "add", path: "/tracks/0/notes/0", value: note(59, 0) }])
  })
})

describe("a document of unknown shape", () => {
  it("is compared by path and value", () => {
    expect(
      words(
        {
          rooms: [
            { id: 1, size: 3 },
            { id: 2, size: 4 }
          ],
          title: "a",
          "odd key": null,
          deep: { list: [1, 2, 3] }
        },
        {
          rooms: [{ id: 2, size: 5 }],
          title: "b",
          "odd key": 1,
          deep: { list: [1, 9, 3], more: { x: true } }
        }
      )
    ).toEqual([
      "rooms[0].size: 4 → 5",
      'rooms[0] removed: {"id":1,"size":3}',
      'title: "a" → "b"',
      '["odd key"]: null → 1',
      "deep.list[1]: 2 → 9",
      'deep.more added: {"x":true}'
    ])
  })

  it("shortens long values, and shows of long texts where they part", () => {
    const text = "The quick brown fox jumps over the lazy dog. ".repeat(10)
    const [phrase] = words({ text }, { text: text.replace(/lazy dog\. $/, "lazy cat. ") })
    expect(phrase).toBe('text: "…jumps over the lazy dog. " → "…jumps over the lazy cat. "')
    const [added] = words({}, { list: Array.from({ length: 1000 }, (_, index) => index) })
    expect(added).toMatch(/^list added: \[0,1,2,.*…$/)
    expect(added?.length).toBeLessThan(90)
  })

  it("summarises a long story", () => {
    const fields = (step: number) =>
      Object.fromEntries(Array.from({ length: 34 }, (_, index) => [`f${index}`, index + step]))
    const told = words(fields(0), fields(1))
    expect(told).toHaveLength(21)
    expect(told[0]).toBe("f0: 0 → 1")
    expect(told.at(-1)).toBe("… and 14 more changes")
  })
})

describe("what is not JSON", () => {
  it("is compared by lines", () => {
    expect(diffDocuments("a\nb\nc\n", "a\nx\ny\nc\nd\n")).toEqual({
      same: "no",
      words: ["text changed (3 lines added, 1 removed)"],
      patch: undefined
    })
    expect(diffDocuments("a\nb", "a\r\nb").words).toEqual(["text changed (line ends only)"])
  })

  it("says when a document was lost, broken, or mended", () => {
    expect(diffDocuments('{"a":1}', '{"a":1').words).toEqual([
      "no longer JSON: text changed (1 line added, 1 removed)"
    ])
    expect(diffDocuments("{", "{}").words).toEqual(["JSON now: text changed (1 line added, 1 removed)"])
    expect(diffDocuments("{}", "").words).toEqual(["document removed, now empty"])
    expect(diffDocuments("", "{}").words).toEqual(["document added"])
  })
})

describe("numbers that JavaScript would round", () => {
  const seed = (digits: string) => `{"seed":${digits},"tempo":96}`

  it("still differ in their last digit", () => {
    const diff = diffDocuments(seed("12345678901234567890"), seed("12345678901234567891"))
    expect(diff.same).toBe("no")
    expect(diff.words).toEqual(["large numbers changed: 12345678901234567890 → 12345678901234567891"])
    expect(diff.patch).toBeUndefined()
  })

  it("are not written into a patch", () => {
    expect(
      diffDocuments(seed("12345678901234567890"), seed("12345678901234567890").replace("96", "97"))
    ).toEqual({
      same: "no",
      words: ["tempo 96 → 97"],
      patch: undefined
    })
    expect(diffDocuments('{"a":1}', '{"a":1e999}').patch).toBeUndefined()
  })

  it("are not seen in texts, nor where nothing is lost", () => {
    expect(diffDocuments('{"a":"12345678901234567890"}', '{"a":"12345678901234567891"}').patch).toHaveLength(
      1
    )
    expect(diffDocuments('{"a":0.7000000000000001}', '{"a":1e300}').patch).toHaveLength(1)
    expect(diffDocuments('{"a":0.70}', '{"a":0.7}').same).toBe("meaning")
    expect(diffDocuments('{"a":100000000000000000000}', '{"a":1e20}').same).toBe("meaning")
  })
})
