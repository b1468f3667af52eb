import { linkToRestore } from "../address/Wish.js"
import type { Schemas } from "../api/Client.js"
import { Name, Time } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"

export interface RestoreRowProps {
  readonly restore: Schemas["Restore"]
  /** Whose library it is for, where several are listed. */
  readonly whose?: string | undefined
}

/** A restore in a list: what it brings, where it stands, who sent it, and to which device. */
export const RestoreRow = ({ restore, whose }: RestoreRowProps) => {
  const t = texts.value
  const { id, library, state, only = [], changedAt, from, device } = restore
  return (
    <li>
      {whose !== undefined && (
        <>
          <strong>
            <Name of={whose} />
          </strong>
          {": "}
        </>
      )}
      <a href={linkToRestore(library, id)}>
        {only.length === 0 ? t.restoreAll : <Name of={only.map(({ name }) => name).join(", ")} />}
      </a>
      <span class="facts">
        {t.restoreStates[state]} · <Time at={changedAt} /> · <Name of={from} />
        {device !== null && (
          <>
            {" → "}
            <Name of={device.name} />
          </>
        )}
      </span>
    </li>
  )
}
