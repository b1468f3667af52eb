// Synthetic songs of about 3 KB in the shape of White Room's demo songs. Song `index` at `version` is always the
// same bytes, here and on every other machine; the next version of a song differs in a few values.

const pick = (random, list) => list[Math.floor(random() * list.length)]
const whole = (random, from, to) => from + Math.floor(random() * (to - from + 1))
const fraction = (random) => Math.round(random() * 100) / 100
const listOf = (length, make) => Array.from({ length }, (_, index) => make(index))

/** Mulberry32: a small generator with a 32-bit seed. */
const randomFrom = (seed) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const words =
  `amber anchor autumn avenue ballad balcony basin beacon bell bicycle bramble bridge canal candle canyon carousel
  cedar chapel cinder circle clay cloud coast comet copper coral corner cove crane crystal current dawn delta desert
  drift dusk echo eclipse ember engine evening fable falcon feather fern ferry field flare fog forest fountain frost
  garden gate glacier glass granite gravel grove harbour harvest haven hazel heron hollow horizon hour indigo ink iron
  island ivory jasmine journey juniper kestrel kettle kite lake lantern lattice leaf ledger lemon letter light lilac
  linen loom lumen magnet maple marble market marsh meadow mercury mile mirror mist moon morning mosaic moss mountain
  needle night north nova oak ocean olive onyx orbit orchard origin paper parade pebble pendulum pepper petal pilot
  pine planet platform plaza pocket prairie prism quarry quartz quiet rail rain raven reed reef relay ribbon ridge
  river road roof rose rust saffron sail salt satin season shadow shore signal silver sky slate smoke snow spark spiral
  spring stairs station stone storm street summer swan tangle tide timber tower tram tundra twilight valley velvet
  vine violet voyage water wave weather wheel willow wind window winter wire wolf wonder yard zephyr`
    .split(/\s+/)
    .map((word) => word[0].toUpperCase() + word.slice(1))

const techniques =
  `Resultant rhythms,Interference patterns,Contour expansion,Fragment tokens,Phase resets,Density ramps,Interval seeds,
  Register mirroring,Permutation,Rotation,Call and response,Counterpoint,Harmonic fields,Voice leading,Pedal points,
  Ostinato,Metric modulation,Syncopation,Hemiola,Canon,Augmentation,Diminution,Energy arcs,Saturation,Hard cuts,
  Independent lines,Modal mixture,Layered entries,Silence as form,Elastic time`
    .split(",")
    .map((text) => text.trim())

const composers = words.filter((_, index) => index % 7 === 0).map((word) => `${word} Ensemble`)
const scales = [
  "major",
  "minor",
  "dorian",
  "phrygian",
  "lydian",
  "mixolydian",
  "chromatic",
  "pentatonic_major"
]
const contours = ["ascending", "descending", "arch", "wave", "complex", "static"]
const registers = ["low", "mid_low", "mid", "mid_high", "high"]
const roles = [
  "lead",
  "counter",
  "pad",
  "bass",
  "foundation",
  "shimmer",
  "ostinato",
  "drone",
  "pulse",
  "texture"
]
const sections = ["A", "B", "C", "D", "Bridge", "Coda"]
const curves = ["linear", "exponential", "triangle", "plateau", "wave"]
const tonics = ["C", "D", "E", "F", "G", "A", "B"]
const genres = ["ambient", "classical", "electronic", "jazz", "minimal"]
const instruments = [
  "acoustic bass",
  "cello",
  "clarinet",
  "flute",
  "grand piano",
  "marimba",
  "vibraphone",
  "violin"
]

const rhythmOf = (random, index) => ({
  primary_pulse_streams: listOf(whole(random, 2, 4), () => ({
    period: whole(random, 2, 53),
    phase_offset: whole(random, 0, 7),
    weight: fraction(random)
  })),
  resultant_pattern: `pattern_${index}`,
  density: fraction(random),
  phase_resets: listOf(whole(random, 1, 3), (stream) => ({
    target_stream: stream,
    reset_point: 4 * whole(random, 1, 16)
  })),
  density_ramp: { enabled: random() < 0.5, rate: fraction(random) }
})

const pitchOf = (random) => ({
  primary_interval_seed: listOf(whole(random, 4, 7), () => whole(random, -7, 7)),
  contour_type: pick(random, contours),
  register_range: { min: whole(random, 28, 48), max: whole(random, 67, 96) },
  scale: pick(random, scales),
  poly_pitch: { enabled: random() < 0.5 },
  fragment_tokens: listOf(whole(random, 1, 3), () => ({ intervals: listOf(3, () => whole(random, 1, 11)) })),
  permutation_enabled: random() < 0.5
})

const orchestrationOf = (random) => ({
  layers: listOf(whole(random, 3, 5), () => ({
    name: `${pick(random, roles)} ${pick(random, words).toLowerCase()}`,
    instrument: pick(random, instruments),
    register: pick(random, registers),
    density_weight: fraction(random)
  }))
})

const documentOf = (random, index, name, focus) => ({
  id: `bench_${index}`,
  name,
  category: pick(random, ["starter", "showcase", "intermediate", "advanced"]),
  difficulty: pick(random, ["beginner", "intermediate", "advanced"]),
  focus,
  duration_seconds: whole(random, 30, 360),
  agents: ["Rhythm", "Pitch", "Harmony", "Structure"].slice(whole(random, 0, 2)),
  description: `Demonstrates: ${focus.join(", ")}`,
  performance_notes: listOf(16, () => pick(random, words).toLowerCase()).join(" "),
  composer: pick(random, composers),
  date_added: `2026-${String(whole(random, 1, 9)).padStart(2, "0")}-${whole(random, 10, 28)}`,
  sequence: index,
  session_model: {
    tempo: whole(random, 54, 180),
    time_signature: [whole(random, 3, 7), 4],
    duration_bars: 8 * whole(random, 2, 12),
    rhythm: rhythmOf(random, index),
    pitch: pitchOf(random),
    form: {
      structure: listOf(whole(random, 3, 6), () => 4 * whole(random, 1, 6)),
      section_types: listOf(whole(random, 3, 6), () => pick(random, sections)),
      transitions: pick(random, ["hard_cuts", "standard", "crossfade"])
    },
    orchestration: orchestrationOf(random),
    energy: { curve: pick(random, curves), saturation_point: fraction(random) }
  }
})

/** An id without order, as apps make them. */
const idOf = (index) => {
  const random = randomFrom(index * 2_654_435_761)
  const hex = listOf(8, () => whole(random, 0, 0xffff).toString(16).padStart(4, "0")).join("")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** What a musician turns between two saves. */
const edit = (document, random) => {
  const { session_model: model } = document
  model.tempo = whole(random, 54, 180)
  model.rhythm.density = fraction(random)
  pick(random, model.orchestration.layers).density_weight = fraction(random)
  pick(random, model.rhythm.primary_pulse_streams).phase_offset = whole(random, 0, 7)
}

const firstDay = Date.UTC(2026, 0, 1)

/** Song `index` after `version` edits, as `SongInput`. */
export const songAt = (index, version = 0) => {
  const random = randomFrom(index + 1)
  const name = `${pick(random, words)} ${pick(random, words)} ${pick(random, words)}`
  const focus = listOf(3, () => pick(random, techniques))
  const document = documentOf(random, index, name, focus)
  for (let edits = 1; edits <= version; edits++) edit(document, randomFrom(index * 1009 + edits))
  return {
    id: idOf(index),
    name,
    composer: document.composer,
    description: document.description,
    genre: pick(random, genres),
    duration: document.duration_seconds,
    key: `${pick(random, tonics)} ${pick(random, ["major", "minor"])}`,
    createdAt: new Date(firstDay + index * 60_000),
    updatedAt: new Date(firstDay + index * 60_000 + version * 3_600_000),
    songDataJSON: JSON.stringify(document, null, 2),
    determinismSeed: `seed-${index}`
  }
}

/** Songs `from` … `from + count - 1`, each after `version` edits. */
export const songsFrom = (from, count, version = 0) =>
  listOf(count, (offset) => songAt(from + offset, version))

/** `count` different numbers below `limit`, always the same for the same seed. */
export const someOf = (limit, count, seed) => {
  const random = randomFrom(seed)
  const chosen = new Set()
  while (chosen.size < Math.min(count, limit)) chosen.add(whole(random, 0, limit - 1))
  return [...chosen]
}
