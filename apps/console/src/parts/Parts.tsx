/** Small parts of every page. */
import { useSignal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useLayoutEffect, useRef } from "preact/hooks"
import { Refusal, Unreachable } from "../api/Client.js"
import { agoText, cut, texts, timeText } from "../texts/Texts.js"

/** What went wrong, as the library says it: English, whatever the language of the page. */
export const Said = ({ children }: { readonly children: ComponentChildren }) => (
  <span lang="en">{children}</span>
)

/** A time, with the exact one for those who point at it and for machines. */
export const Time = ({ at, exact = false }: { readonly at: string; readonly exact?: boolean }) => {
  const now = new Date()
  return (
    <time dateTime={at} title={timeText(at, now)}>
      {exact ? timeText(at, now) : agoText(at, now)}
    </time>
  )
}

/** What went wrong, in the words of the library: what happened, and what to do. */
export const Wrong = ({ error, again }: { readonly error: unknown; readonly again?: () => void }) => {
  const t = texts.value
  const [detail, recovery] =
    error instanceof Refusal
      ? [error.problem.detail, error.problem.recovery]
      : error instanceof Unreachable
        ? [t.away, ""]
        : [t.failed, error instanceof Error ? error.message : ""]
  return (
    <div class="wrong" role="alert">
      <p lang={error instanceof Refusal ? "en" : undefined}>
        <strong>{detail}</strong> {recovery}
      </p>
      {again && (
        <button type="button" onClick={again}>
          {t.again}
        </button>
      )}
    </div>
  )
}

export const Waiting = () => (
  <p class="waiting" role="status">
    {texts.value.loading}
  </p>
)

/** In the place of a page whose content is not there: it comes, or it cannot be read. */
export const Pending = (props: {
  readonly title: string
  readonly of: { readonly _tag: string; readonly error?: unknown; readonly again: () => void }
}) => (
  <>
    <Title>{props.title}</Title>
    {props.of._tag === "Failed" ? <Wrong error={props.of.error} again={props.of.again} /> : <Waiting />}
  </>
)

/** A line to type in a terminal, and a button that copies it. */
export const Command = ({ line }: { readonly line: string }) => {
  const isCopied = useSignal(false)
  const t = texts.value
  return (
    <div class="command">
      <code>{line}</code>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          navigator.clipboard?.writeText(line).then(
            () => {
              isCopied.value = true
            },
            () => undefined
          )
        }}
      >
        {isCopied.value ? t.copied : t.copy}
      </button>
    </div>
  )
}

/** A question in front of the page: the keyboard stays in it, Escape leaves it, and goes on where it was before. */
export const Dialog = ({
  title,
  children,
  onClose
}: {
  readonly title: string
  readonly children: ComponentChildren
  readonly onClose: () => void
}) => {
  const element = useRef<HTMLDialogElement>(null)
  // Before the next key comes: what is typed at once goes into the question.
  useLayoutEffect(() => {
    const before = document.activeElement
    const dialog = element.current
    dialog?.showModal()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  // A dialog that left the page is told that it was closed a moment later, when another may be open by the same state.
  const closed = () => element.current !== null && onClose()
  return (
    <dialog ref={element} aria-label={title} onCancel={onClose} onClose={closed}>
      <h2>{title}</h2>
      {children}
    </dialog>
  )
}

/** A heading that the keyboard is taken to when the page becomes another one. */
export const Title = ({ children }: { readonly children: ComponentChildren }) => (
  <h1 tabIndex={-1} id="title">
    {children}
  </h1>
)

/** A name as text, however it was meant; the empty one is said, and of one without end the beginning. */
export const Name = ({ of }: { readonly of: string }) => (
  <bdi title={cut(of) === of ? undefined : of}>{of.trim() === "" ? texts.value.unnamed : cut(of)}</bdi>
)
