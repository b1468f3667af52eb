import { useSignal } from "@preact/signals"
import { type Choice, choices, keyText, type Wish } from "../address/Wish.js"
import { Name, Said } from "../parts/Parts.js"
import { Words } from "../parts/Words.js"
import { BothSides } from "../song/BothSides.js"
import { texts } from "../texts/Texts.js"
import type { PlanItem } from "./Restore.js"

export interface PlanRowProps {
  readonly library: string
  readonly item: PlanItem
  /** Of the state that is brought back. */
  readonly position: number
  readonly wish: Wish
  readonly onChoose: (next: Wish) => void
}

/** One thing of a plan: what happens to it, why it may be another's work too, and what else one can have. */
export const PlanRow = ({ library, item, position, wish, onChoose }: PlanRowProps) => {
  const t = texts.value
  const isOpen = useSignal(false)
  const { kind, id, name, action, conflict, changes, notes, copyOf, replacing = [] } = item
  const key = keyText({ kind, id })
  const decided = wish.decisions.get(key)
  const isThere = copyOf === undefined && (action === "update" || action === "keep")
  const hasChoice = action === "update" || conflict || decided !== undefined
  const current: Choice = decided ?? (action === "keep" ? "keep" : "replace")
  return (
    <li class={conflict ? "conflict" : ""}>
      <span class={`mark ${action === "create" ? "created" : action === "delete" ? "deleted" : ""}`}>
        {t.planActions[action]}
      </span>{" "}
      <strong>
        <Name of={name} />
      </strong>
      {conflict && <span class="facts">{t.planConflict}</span>}
      {changes.length > 0 && <Words words={changes} />}
      {replacing.length > 0 && (
        <>
          <p class="facts">{t.planReplacing}</p>
          <Words words={replacing} />
        </>
      )}
      {notes.map((note) => (
        <p class="facts" key={note}>
          <Said>{note}</Said>
        </p>
      ))}
      {wish.mode === "replace" && isThere && hasChoice && (
        <fieldset class="tracks">
          <legend>{t.choiceFor(name)}</legend>
          {choices.map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name={`choice ${key}`}
                checked={current === choice}
                onChange={() => onChoose({ ...wish, decisions: new Map([...wish.decisions, [key, choice]]) })}
              />
              {t.choices[choice]}
            </label>
          ))}
        </fieldset>
      )}
      {isThere && kind !== "preferences" && (
        <details
          onToggle={({ currentTarget }) => {
            isOpen.value = currentTarget.open
          }}
        >
          <summary>{t.bothSides}</summary>
          {isOpen.value && <BothSides library={library} kind={kind} id={id} position={position} />}
        </details>
      )}
    </li>
  )
}
