import * as FastCheck from "effect/FastCheck"
import type { Json } from "../../src/document/Json.js"

export const note = (midi: number, time: number, duration = 0.5, velocity = 0.8) => ({
  midi,
  time,
  duration,
  velocity
})

export const track = (
  name: string,
  instrument: string,
  notes: Array<ReturnType<typeof note>>,
  channel = 0
) => ({
  name,
  channel,
  instrument,
  notes
})

/** A performance in the form that White Room keeps: two named tracks and one that has only its instrument. */
export const performance = () => ({
  tempos: [{ bpm: 96, ticks: 0 }],
  tracks: [
    track("Lead", "flute", [note(60, 0), note(64, 0.5), note(67, 1), note(72, 1.5)]),
    track("", "acoustic bass", [note(36, 0, 1), note(43, 1, 1)], 1),
    track("Drums", "standard kit", [note(35, 0), note(38, 0.5), note(35, 1), note(38, 1.5)], 9)
  ]
})

/** A song with everything that has words of its own. */
export const song = () => ({
  name: "Night Drive",
  key: "C major",
  duration_seconds: 120,
  focus: ["Counterpoint", "Register"],
  session_model: {
    tempo: 96,
    time_signature: [4, 4],
    rhythm: {
      primary_pulse_streams: [
        { period: 3, phase_offset: 0, weight: 1 },
        { period: 4, phase_offset: 0, weight: 0.8 }
      ],
      density: 0.7000000000000001
    },
    pitch: { primary_interval_seed: [2, 3, -5, 1], permutation_enabled: true },
    form: {
      sections: [
        { name: "Intro", start_bar: 1, bars: 8 },
        { name: "Verse", start_bar: 9, bars: 8 },
        { name: "Chorus", start_bar: 17, bars: 8 }
      ]
    },
    orchestration: {
      layers: [
        { name: "Lead", register: "mid", density_weight: 0.7 },
        { name: "Ground", register: "low", density_weight: 0.4 }
      ]
    }
  }
})

/** A copy whose parts may be changed. */
export const edited = <A>(value: A, edit: (copy: A) => void): A => {
  const copy = structuredClone(value)
  edit(copy)
  return copy
}

const names = FastCheck.constantFrom(
  "a",
  "name",
  "notes",
  "tempo",
  "x/y",
  "m~n",
  "~1",
  "__proto__",
  "",
  "toString",
  "0"
)
const scalars = FastCheck.oneof(
  FastCheck.constantFrom<Json>(null, true, false, 0, -0, 1, 0.1, "", "a", "b", "\u001b[2J", "ü\ud800"),
  FastCheck.integer({ min: 0, max: 5 })
)
const notes = FastCheck.array(
  FastCheck.record({
    midi: FastCheck.integer({ min: 60, max: 62 }),
    time: FastCheck.integer({ min: 0, max: 3 }),
    velocity: FastCheck.constantFrom(0.5, 0.6)
  }),
  { maxLength: 6 }
)
const sections = FastCheck.array(
  FastCheck.record(
    {
      id: FastCheck.integer({ min: 0, max: 3 }),
      name: FastCheck.constantFrom("A", "B", ""),
      instrument: FastCheck.constantFrom("flute", "oboe"),
      start_bar: FastCheck.integer({ min: 1, max: 4 }),
      bars: FastCheck.integer({ min: 1, max: 3 }),
      bpm: FastCheck.integer({ min: 90, max: 92 })
    },
    { requiredKeys: [] }
  ),
  { maxLength: 5 }
)
const form = FastCheck.array(
  FastCheck.tuple(FastCheck.constantFrom("A", "B", "C"), FastCheck.integer({ min: 1, max: 3 })),
  { maxLength: 4 }
).map((parts) => ({ structure: parts.map(([, bars]) => bars), section_types: parts.map(([name]) => name) }))

/** Documents over few names and values, so that any two have much in common: songs, and anything else. */
export const documents: FastCheck.Arbitrary<Json> = FastCheck.letrec<{
  value: Json
  fields: Json
  list: Json
}>((tie) => ({
  value: FastCheck.oneof(
    { maxDepth: 4, depthSize: "medium" },
    scalars,
    notes,
    sections,
    form,
    tie("list"),
    tie("fields")
  ),
  list: FastCheck.array(tie("value"), { maxLength: 5 }),
  fields: FastCheck.dictionary(names, tie("value"), { maxKeys: 4 }).map(
    (fields): Json => Object.fromEntries(Object.entries(fields))
  )
})).value

/** The same JSON in another spelling: other key order, white space and numbers. */
export const respell = (value: Json): string => {
  if (typeof value === "number" && Number.isInteger(value)) return `${value}.0`
  if (value === null || typeof value !== "object") return JSON.stringify(value)
  if (Array.isArray(value)) return `[ ${value.map(respell).join(" ,\n")} ]`
  const fields = Object.entries(value as { readonly [name: string]: Json }).reverse()
  return `{\t${fields.map(([name, inner]) => `${JSON.stringify(name)} : ${respell(inner)}`).join(",")}}`
}
