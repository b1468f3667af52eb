import { texts } from "../texts/Texts.js"

/** How a timeline is used, and what is drawn in it. */
export const Signs = ({ id }: { readonly id: string }) => {
  const t = texts.value
  return (
    <>
      <p id={id} class="facts">
        {t.timelineHelp}
      </p>
      <p class="facts signs" aria-hidden="true">
        <span class="sign cell">{t.timelineDarker}</span>
        <span class="sign deletion">{t.timelineDeletion}</span>
        <span class="sign backup">{t.timelineMarks.backup}</span>
        <span class="sign restore">{t.timelineMarks.restore}</span>
        <span class="sign undo">{t.timelineMarks.undo}</span>
        <span class="sign import">{t.timelineMarks.import}</span>
      </p>
    </>
  )
}
