import type { Signal } from "@preact/signals"
import { useId } from "preact/hooks"
import { typed } from "../parts/typed.js"

export interface GroupFieldProps {
  readonly label: string
  readonly value: Signal<string>
  /** Those there are, to choose from; another one is a new one. */
  readonly groups: ReadonlyArray<string>
}

/** Which group: one that is there, or a new name. */
export const GroupField = ({ label, value, groups }: GroupFieldProps) => {
  const known = useId()
  return (
    <label>
      {label}
      <input type="text" list={known} maxLength={40} {...typed(value)} />
      <datalist id={known}>
        {groups.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  )
}
