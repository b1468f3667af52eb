/**
 * Plays notes with the browser's own oscillators. Notes are given to the audio clock a little ahead, so that a busy page
 * does not make them stumble; at most `mostVoices` sound at once.
 */
import type { Music, Note } from "./Music.js"

const ahead = 0.4
const every = 50
const mostVoices = 16
const drums = 9

interface Sound extends Note {
  readonly channel: number
}

export interface Playing {
  /** Ends it at once. */
  readonly stop: () => void
}

const frequencyOf = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12)

const shapes: ReadonlyArray<readonly [RegExp, OscillatorType]> = [
  [/bass|guitar|drone/i, "sawtooth"],
  [/flute|voice|ooh|aah|choir|vibra|marimba|bell/i, "sine"],
  [/clarinet|lead|square|synth/i, "square"]
]

const shapeOf = (instrument: string): OscillatorType =>
  shapes.find(([names]) => names.test(instrument))?.[1] ?? "triangle"

const loudness: Readonly<Record<OscillatorType, number>> = {
  sine: 0.5,
  triangle: 0.45,
  square: 0.16,
  sawtooth: 0.2,
  custom: 0.3
}

/** A short burst of noise, for drums. */
const noiseOf = (context: BaseAudioContext): AudioBuffer => {
  const buffer = context.createBuffer(1, context.sampleRate / 4, context.sampleRate)
  const data = buffer.getChannelData(0)
  // A plain generator: the same noise every time.
  let state = 1
  for (let index = 0; index < data.length; index++) {
    state = (Math.imul(state, 48_271) >>> 0) % 0x7fffffff
    data[index] = (state / 0x40000000 - 1) * Math.exp((-6 * index) / data.length)
  }
  return buffer
}

/**
 * Plays from a second on, and tells each turn at which second it is. Called inside a click, as browsers want it. Ends by
 * itself after the last note.
 */
export const play = (
  music: Music,
  from: number,
  on: { readonly time: (second: number) => void; readonly end: () => void }
): Playing => {
  const context = new AudioContext()
  void context.resume()
  const out = context.createDynamicsCompressor()
  out.connect(context.destination)
  const noise = noiseOf(context)
  const sounds: ReadonlyArray<Sound & { readonly shape: OscillatorType }> = music.tracks
    .flatMap(({ notes, channel, instrument, name }) => {
      const shape = shapeOf(`${instrument} ${name}`)
      return notes.map((note) => ({ ...note, channel, shape }))
    })
    .filter(({ start }) => start >= from - 1e-6)
    .sort((a, b) => a.start - b.start)
  const end = sounds.reduce((last, { start, length }) => Math.max(last, start + length), from)
  const zero = context.currentTime + 0.08 - from
  const busyUntil: Array<number> = []
  let next = 0

  const sound = ({ pitch, start, length, velocity, channel, shape }: Sound & { shape: OscillatorType }) => {
    const at = zero + start
    const free = busyUntil.findIndex((until) => until <= at)
    if (free < 0 && busyUntil.length >= mostVoices) return
    const until = at + length + 0.06
    if (free < 0) busyUntil.push(until)
    else busyUntil[free] = until
    const gain = context.createGain()
    gain.connect(out)
    if (channel === drums) {
      const source = context.createBufferSource()
      source.buffer = noise
      source.playbackRate.value = 0.4 + pitch / 80
      gain.gain.value = velocity * 0.5
      source.connect(gain)
      source.start(at)
      return
    }
    const oscillator = context.createOscillator()
    oscillator.type = shape
    oscillator.frequency.value = frequencyOf(pitch)
    const top = velocity * loudness[shape]
    gain.gain.setValueAtTime(0, at)
    gain.gain.linearRampToValueAtTime(top, at + 0.012)
    gain.gain.setTargetAtTime(top * 0.6, at + 0.012, 0.2)
    gain.gain.setTargetAtTime(0, at + length, 0.02)
    oscillator.connect(gain)
    oscillator.start(at)
    oscillator.stop(until + 0.1)
  }

  let isOver = false
  const stop = () => {
    if (isOver) return
    isOver = true
    clearInterval(timer)
    void context.close()
    on.end()
  }
  const turn = () => {
    const second = context.currentTime - zero
    for (; next < sounds.length; next++) {
      const note = sounds[next]
      if (note === undefined || note.start > second + ahead) break
      sound(note)
    }
    on.time(Math.max(from, second))
    if (second > end + 0.2) stop()
  }
  const timer = setInterval(turn, every)
  turn()
  return { stop }
}
