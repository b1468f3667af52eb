import type { Choice } from "../address/Wish.js"
import { Words } from "../parts/Words.js"
import { texts } from "../texts/Texts.js"
import type { PlanItem } from "./Restore.js"

export interface PartChoicesProps {
  readonly parts: NonNullable<PlanItem["parts"]>
  /** What was chosen; other parts stay as they are. */
  readonly picks: ReadonlyMap<string, Choice>
  readonly onPick: (next: ReadonlyMap<string, Choice>) => void
}

const partChoices: ReadonlyArray<Choice> = ["keep", "replace", "both", "combine"]

/** Each track, section and field that differs, with what taking it would change, and what one wants of it. */
export const PartChoices = ({ parts, picks, onPick }: PartChoicesProps) => {
  const t = texts.value
  const all = (choice: Choice) =>
    onPick(new Map(choice === "keep" ? [] : parts.map(({ name }) => [name, choice])))
  return (
    <div class="parts">
      <p class="facts">{t.partsHelp}</p>
      <p class="buttons">
        <button type="button" class="quiet" onClick={() => all("replace")}>
          {t.partsAll}
        </button>
        <button type="button" class="quiet" onClick={() => all("keep")}>
          {t.partsNone}
        </button>
      </p>
      {parts.map(({ name, label = name, words, mayBeBoth }) => {
        const current = picks.get(name) ?? "keep"
        return (
          <fieldset key={name} class={current === "keep" ? "" : "taken"}>
            <legend>
              <bdi>{label}</bdi>
            </legend>
            <Words words={words} />
            {partChoices
              .filter((choice) => choice !== "both" || mayBeBoth)
              .map((choice) => (
                <label key={choice}>
                  <input
                    type="radio"
                    name={`part ${name}`}
                    checked={current === choice}
                    onChange={() => onPick(new Map([...picks, [name, choice]]))}
                  />
                  {t.partChoices[choice]}
                </label>
              ))}
          </fieldset>
        )
      })}
    </div>
  )
}
