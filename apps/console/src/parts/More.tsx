import type { Signal } from "@preact/signals"

export interface MoreProps {
  /** How many are shown at most. */
  readonly wanted: Signal<number>
  /** How many more are shown when they are asked for. */
  readonly step: number
  readonly label: string
}

/** A list can be asked for so many at once. */
const most = 1000

/** Has more of a list shown, as far as it can be asked for. */
export const More = ({ wanted, step, label }: MoreProps) =>
  wanted.value < most ? (
    <button
      type="button"
      class="quiet"
      onClick={() => {
        wanted.value = Math.min(most, wanted.value + step)
      }}
    >
      {label}
    </button>
  ) : null
