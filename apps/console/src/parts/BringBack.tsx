import { addressOf, commandOf, type Key } from "../address/Wish.js"
import { access, type Library } from "../api/Session.js"
import { texts } from "../texts/Texts.js"
import { Command } from "./Parts.js"

export interface BringBackProps {
  readonly library: Library
  readonly wish: { readonly at: string; readonly only: ReadonlyArray<Key> }
}

/**
 * The way to the page of a restore, or, for those who may only look, the command. What is written on another computer is sent
 * there, a song at a time; what is written here comes back here.
 */
export const BringBack = ({ library, wish }: BringBackProps) => {
  const t = texts.value
  const role = access.value?.role
  const isHere = library.home === "server"
  const may = (role === "admin" || role === "teacher") && (isHere || wish.only.length > 0)
  const link = (mode: "copy" | "replace") => addressOf(library.id, { ...wish, mode, decisions: new Map() })
  return (
    <section aria-labelledby="bring-back">
      <h2 id="bring-back">{t.bringBack}</h2>
      {may ? (
        <p class="buttons">
          <a class="button main" href={link(isHere ? "replace" : "copy")}>
            {isHere ? t.bringBackThis : t.sendBack}
          </a>
          {isHere && (
            <a class="button" href={link("copy")}>
              {t.modeCopy}
            </a>
          )}
        </p>
      ) : (
        <>
          <p>{t.command}</p>
          <Command line={commandOf({ ...wish, mode: "replace", decisions: new Map() })} />
        </>
      )}
    </section>
  )
}
