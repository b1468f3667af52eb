import type { ComponentChildren } from "preact"
import { texts } from "../texts/Texts.js"
import { Dialog } from "./Parts.js"

export interface SureProps {
  /** What would be done: the title, and what the button says. */
  readonly title: string
  readonly children: ComponentChildren
  readonly onClose: () => void
  readonly onYes: () => void
}

/** Asks before something is done; Escape leaves it undone. */
export const Sure = ({ title, children, onClose, onYes }: SureProps) => (
  <Dialog title={title} onClose={onClose}>
    {children}
    <div class="buttons">
      <button type="button" onClick={onClose}>
        {texts.value.cancel}
      </button>
      <button
        type="button"
        class="main"
        onClick={() => {
          onYes()
          onClose()
        }}
      >
        {title}
      </button>
    </div>
  </Dialog>
)
