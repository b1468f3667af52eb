import type { Signal } from "@preact/signals"
import { texts } from "../texts/Texts.js"

/** What is said of a backup, as it is typed. */
export interface Described {
  readonly description: string
  /** Between commas. */
  readonly tags: string
  readonly pinned: boolean
}

export const tagsIn = (typed: string): Array<string> => [
  ...new Set(
    typed
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "")
  )
]

/** The fields of what is said of a backup. */
export const BackupWords = ({ words }: { readonly words: Signal<Described> }) => {
  const t = texts.value
  const change = (part: Partial<Described>) => {
    words.value = { ...words.value, ...part }
  }
  return (
    <>
      <label>
        {t.backupDescription}
        <input
          type="text"
          maxLength={2000}
          value={words.value.description}
          onInput={({ currentTarget }) => change({ description: currentTarget.value })}
        />
      </label>
      <label>
        {t.backupTags}
        <input
          type="text"
          value={words.value.tags}
          onInput={({ currentTarget }) => change({ tags: currentTarget.value })}
        />
      </label>
      <label class="line">
        <input
          type="checkbox"
          checked={words.value.pinned}
          onChange={({ currentTarget }) => change({ pinned: currentTarget.checked })}
        />
        {t.backupPin}
      </label>
    </>
  )
}
