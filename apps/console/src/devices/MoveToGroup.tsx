import { useSignal } from "@preact/signals"
import { answerOf, client } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { Dialog, Name, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { texts } from "../texts/Texts.js"
import { GroupField } from "./GroupField.js"

export interface MoveToGroupProps {
  readonly library: Library
  readonly groups: ReadonlyArray<string>
  readonly onClose: () => void
}

export const MoveToGroup = ({ library, groups, onClose }: MoveToGroupProps) => {
  const t = texts.value
  const group = useSignal(library.group ?? "")
  const { isBusy, trouble, act } = useAct()
  const move = (event: Event) => {
    event.preventDefault()
    void act(async () => {
      const wanted = group.value.trim()
      await answerOf(
        client.PATCH("/v1/libraries/{library}", {
          params: { path: { library: library.id } },
          body: { group: wanted === "" ? null : wanted }
        })
      )
      onClose()
    })
  }
  return (
    <Dialog title={t.groupName} onClose={onClose}>
      <form class="words-of" onSubmit={move}>
        <p>
          <strong>
            <Name of={library.name} />
          </strong>
        </p>
        <p>{t.groupMoveHow}</p>
        <GroupField label={t.groupName} value={group} groups={groups} />
        {trouble.value !== undefined && <Wrong error={trouble.value} />}
        <div class="buttons">
          <button type="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" class="main" disabled={isBusy.value}>
            {t.groupSave}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
