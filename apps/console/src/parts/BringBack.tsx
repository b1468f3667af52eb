import { addressOf, commandOf, type Key, keyText, plainWish } from "../address/Wish.js"
import { access, type Library } from "../api/Session.js"
import { texts } from "../texts/Texts.js"
import { Command } from "./Parts.js"

export interface BringBackProps {
  readonly library: Library
  readonly wish: { readonly at: string; readonly only: ReadonlyArray<Key> }
  /** Whether it is there today too, so that single parts of it can come back. */
  readonly mayBeParts?: boolean
}

/**
 * The way to the page of a restore, or, for those who may only look, the command. What is written on another computer is sent
 * there, a song at a time; what is written here comes back here.
 */
export const BringBack = ({ library, wish, mayBeParts = false }: BringBackProps) => {
  const t = texts.value
  const role = access.value?.role
  const isHere = library.home === "server"
  const may = (role === "admin" || role === "teacher") && (isHere || wish.only.length > 0)
  const link = (mode: "copy" | "replace") => addressOf(library.id, plainWish({ ...wish, mode }))
  const [key, ...others] = wish.only
  const inParts = (one: Key) => ({
    ...plainWish({ ...wish, mode: "replace" }),
    parts: new Map([[keyText(one), new Map()]])
  })
  return (
    <section aria-labelledby="bring-back">
      <h2 id="bring-back">{t.bringBack}</h2>
      {may ? (
        <p class="buttons">
          <a class="button main" href={link(isHere ? "replace" : "copy")}>
            {isHere ? t.bringBackThis : t.sendBack}
          </a>
          {isHere && (mayBeParts || others.length > 0 || key === undefined) && (
            <a class="button" href={link("copy")}>
              {t.modeCopy}
            </a>
          )}
          {key !== undefined && others.length === 0 && mayBeParts && (
            <a class="button" href={addressOf(library.id, inParts(key))}>
              {t.modeParts}
            </a>
          )}
        </p>
      ) : (
        <>
          <p>{t.command}</p>
          <Command line={commandOf(plainWish({ ...wish, mode: "replace" }))} />
        </>
      )}
    </section>
  )
}
