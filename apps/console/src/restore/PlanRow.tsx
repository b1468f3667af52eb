import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { type Choice, choices, keyText, type Wish } from "../address/Wish.js"
import { Name } from "../parts/Parts.js"
import { Words } from "../parts/Words.js"
import { BothSides } from "../song/BothSides.js"
import { cut, isolated, texts } from "../texts/Texts.js"
import { PartChoices } from "./PartChoices.js"
import type { PlanItem } from "./Restore.js"
import { Result } from "./Result.js"

export interface PlanRowProps {
  readonly library: string
  readonly item: PlanItem
  /** Of the state that is brought back: what it is called, and where it stands. */
  readonly source: string
  readonly position: number
  readonly wish: Wish
  readonly onChoose: (next: Wish) => void
}

const without = <A,>(all: ReadonlyMap<string, A>, key: string): ReadonlyMap<string, A> =>
  new Map([...all].filter(([each]) => each !== key))

/** One thing of a plan: what happens to it, why it may be another's work too, and what else one can have. */
export const PlanRow = ({ library, item, source, position, wish, onChoose }: PlanRowProps) => {
  const t = texts.value
  const { kind, id, name, action, conflict, changes, notes, copyOf, replacing = [], parts = [] } = item
  const key = keyText({ kind, id })
  const decided = wish.decisions.get(key)
  const picks = wish.parts.get(key)
  const isThere = copyOf === undefined && (action === "update" || action === "keep")
  const hasChoice = action === "update" || conflict || decided !== undefined || picks !== undefined
  const current: Choice = decided ?? (action === "keep" ? "keep" : "replace")
  const choose = (choice: Choice) =>
    onChoose({
      ...wish,
      decisions: new Map([...wish.decisions, [key, choice]]),
      parts: without(wish.parts, key)
    })
  const pick = (next: ReadonlyMap<string, Choice>) =>
    onChoose({
      ...wish,
      decisions: without(wish.decisions, key),
      parts: new Map([...wish.parts, [key, next]])
    })
  const isMixed = picks !== undefined || decided === "combine"
  return (
    <li class={conflict ? "conflict" : ""}>
      <span class={`mark ${action === "create" ? "created" : action === "delete" ? "deleted" : ""}`}>
        {t.planActions[action]}
      </span>{" "}
      <strong>
        <Name of={name} />
      </strong>
      {conflict && picks === undefined && <span class="facts">{t.planConflict}</span>}
      {changes.length > 0 && picks === undefined && <Words words={changes} />}
      {replacing.length > 0 && picks === undefined && (
        <>
          <p class="facts">{t.planReplacing}</p>
          <Words words={replacing} />
        </>
      )}
      {notes.map((note) => (
        <p class="facts" key={note}>
          <bdi>{note}</bdi>
        </p>
      ))}
      {wish.mode === "replace" && isThere && hasChoice && (
        <fieldset class="tracks">
          <legend>{t.choiceFor(isolated(cut(name)))}</legend>
          {choices.map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name={`choice ${key}`}
                checked={picks === undefined && current === choice}
                onChange={() => choose(choice)}
              />
              {t.choices[choice]}
            </label>
          ))}
          {(parts.length > 1 || picks !== undefined) && (
            <label>
              <input
                type="radio"
                name={`choice ${key}`}
                checked={picks !== undefined}
                onChange={() => pick(new Map())}
              />
              {t.choiceParts}
            </label>
          )}
        </fieldset>
      )}
      {picks !== undefined && wish.mode === "replace" && (
        <PartChoices parts={parts} picks={picks} onPick={pick} />
      )}
      {isThere && kind !== "preferences" && (
        <>
          {isMixed && wish.mode === "replace" && (
            <Opened title={t.resultSee}>
              <Result
                {...{ library, kind, id, position, source }}
                choose={(part) => (picks === undefined ? (decided ?? "keep") : (picks.get(part) ?? "keep"))}
              />
            </Opened>
          )}
          <Opened title={t.bothSides}>
            <BothSides library={library} kind={kind} id={id} source={source} />
          </Opened>
        </>
      )}
    </li>
  )
}

/** What is read only when somebody wants to see it. */
const Opened = (props: { readonly title: string; readonly children: ComponentChildren }) => {
  const isOpen = useSignal(false)
  return (
    <details
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open
      }}
    >
      <summary>{props.title}</summary>
      {isOpen.value && props.children}
    </details>
  )
}
