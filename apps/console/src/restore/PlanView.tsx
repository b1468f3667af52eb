import { linkTo } from "../address/Link.js"
import { plainWish, type Wish } from "../address/Wish.js"
import { Name } from "../parts/Parts.js"
import { texts, timeText } from "../texts/Texts.js"
import { PlanRow } from "./PlanRow.js"
import type { Restore } from "./Restore.js"

export interface PlanViewProps {
  readonly library: string
  readonly plan: Restore
  readonly wish: Wish
  readonly isBusy: boolean
  readonly onChoose: (next: Wish) => void
  readonly onApply: () => void
}

/** Where a wish came from: the song that it is for, else the backup, else the library. */
const backTo = (library: string, { at, only }: Wish): string => {
  const [one, ...others] = only
  if (one !== undefined && others.length === 0 && one.kind !== "preferences")
    return linkTo([library, one.kind, one.id], { at })
  return /^b\d+$/.test(at) ? linkTo([library, "backup", at]) : linkTo([library])
}

/** As many are shown; what a plan of thousands does is counted. */
const most = 300

/** What will happen, thing by thing; nothing has happened yet. */
export const PlanView = ({ library, plan, wish, isBusy, onChoose, onApply }: PlanViewProps) => {
  const t = texts.value
  const isDevice = plan.home === "device"
  const items = plan.preview?.items
  const counts = plan.preview?.plan
  const doesNothing = counts !== undefined && counts.create + counts.update + counts.delete === 0
  // What is not there any more has no place to be beside.
  const isGone =
    wish.mode === "replace" &&
    items !== undefined &&
    items.length > 0 &&
    items.every(({ action, copyOf }) => action === "create" && copyOf === undefined)
  const when = plan.savedAt === null ? plan.source : timeText(plan.savedAt, new Date())
  const modes = [
    ["replace", isDevice ? t.modeReplaceAsked : t.modeReplace],
    ["copy", t.modeCopy]
  ] as const
  return (
    <>
      <p class="lead">{isDevice ? t.sendFrom(when) : t.restoreFrom(when)}</p>
      {!isGone && (
        <fieldset>
          <legend>{t.modeHow}</legend>
          {modes.map(([mode, label]) => (
            <label key={mode}>
              <input
                type="radio"
                name="mode"
                checked={wish.mode === mode}
                onChange={() => onChoose(plainWish({ ...wish, mode }))}
              />
              {label}
            </label>
          ))}
        </fieldset>
      )}
      {counts !== undefined && (
        <p role="status" aria-busy={isBusy}>
          <strong>
            {doesNothing && plan.preview?.conflicts === 0
              ? t.planNothing
              : t.planCounts(counts.create, counts.update, counts.delete, counts.keep)}
          </strong>
        </p>
      )}
      <ul class="rows plan">
        {items === undefined
          ? // Of a sealed library nobody here sees more than names.
            plan.only?.map(({ kind, id, name }) => (
              <li key={`${kind} ${id}`}>
                <Name of={name} />
              </li>
            ))
          : items
              .slice(0, most)
              .map((item) => (
                <PlanRow
                  key={`${item.kind} ${item.copyOf ?? item.id}`}
                  library={library}
                  item={item}
                  source={plan.source}
                  position={plan.position}
                  wish={wish}
                  onChoose={onChoose}
                />
              ))}
      </ul>
      {items !== undefined && items.length > most && <p>{t.planMore(items.length - most)}</p>}
      {doesNothing && wish.parts.size > 0 && <p>{t.partsNoneYet}</p>}
      <p class="facts">{isDevice ? t.sendSafe : t.restoreSafe}</p>
      <p class="buttons">
        <button type="button" class="main" disabled={isBusy || doesNothing} onClick={onApply}>
          {isDevice ? t.sendBack : t.restoreNow}
        </button>
        <a class="button" href={backTo(library, wish)}>
          {t.cancel}
        </a>
      </p>
    </>
  )
}
