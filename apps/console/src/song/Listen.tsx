import { type Signal, useSignal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Music } from "../music/Music.js"
import { type Playing, play } from "../music/Player.js"
import type { Texts } from "../texts/english.js"
import { texts } from "../texts/Texts.js"

export interface ListenProps {
  readonly then: Music
  readonly now: Music | undefined
  readonly bar: Signal<number>
  readonly heard: Signal<number | undefined>
  readonly told: Texts["past"]
}

/** Either version, from the bar that is chosen. One sounds at a time. */
export const Listen = ({ then, now, bar, heard, told }: ListenProps) => {
  const t = texts.value
  const playing = useSignal<{ readonly side: "then" | "now"; readonly sound: Playing } | undefined>(undefined)
  const stop = () => playing.peek()?.sound.stop()
  // Another version, or another page, ends what sounds
  useEffect(() => stop, [then, now])
  const begin = (side: "then" | "now", music: Music) => {
    stop()
    const sound = play(music, (bar.value - 1) * music.barLength, {
      time: (second) => {
        heard.value = second
      },
      end: () => {
        heard.value = undefined
        playing.value = undefined
      }
    })
    playing.value = { side, sound }
  }
  const hasNotes = (music: Music | undefined) => music?.tracks.some(({ notes }) => notes.length > 0) === true
  if (typeof AudioContext === "undefined") return <p>{t.noSound}</p>
  return (
    <div class="listen">
      {hasNotes(then) && (
        <button
          type="button"
          class="then"
          aria-pressed={playing.value?.side === "then"}
          onClick={() => begin("then", then)}
        >
          ▶ {told.listen}
        </button>
      )}
      {now !== undefined && hasNotes(now) && (
        <button
          type="button"
          class="now"
          aria-pressed={playing.value?.side === "now"}
          onClick={() => begin("now", now)}
        >
          ▶ {t.listenNow}
        </button>
      )}
      <button type="button" disabled={playing.value === undefined} onClick={stop}>
        ■ {t.stop}
      </button>
      <span class="facts" role="status">
        {heard.value === undefined
          ? t.fromBar(bar.value)
          : t.playing(Math.floor(heard.value / then.barLength) + 1)}
      </span>
    </div>
  )
}
