import { answerOf, client } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { useAnswer } from "../api/useAnswer.js"
import { Command, Name, Said, Time, Wrong } from "../parts/Parts.js"
import { lossText } from "../texts/lossText.js"
import { dayText, sizeText, texts, timeText } from "../texts/Texts.js"

/** How the server itself is: what is wrong first, then how long its disk will do. */
export const ServerState = ({ libraries }: { readonly libraries: ReadonlyArray<Library> }) => {
  const t = texts.value
  const state = useAnswer("overview", (signal) => answerOf(client.GET("/v1/overview", { signal })))
  if (state.value === undefined)
    return state._tag === "Failed" ? <Wrong error={state.error} again={state.again} /> : null
  const { disk, mirror, alerts } = state.value
  const failingSince = mirror?.failingSince ?? null
  const isGood = mirror !== null && failingSince === null && !disk.isFull && alerts.length === 0
  const nameOf = (id: string) => libraries.find((library) => library.id === id)?.name ?? id
  // What the page says itself need not be said twice.
  const others = alerts.filter(({ kind }) => kind !== "disk" && kind !== "mirror")
  return (
    <section aria-labelledby="server" class={`verdict ${isGood ? "good" : "bad"}`}>
      <h2 id="server">{t.serverTitle}</h2>
      {isGood && <p>{t.serverGood}</p>}
      {mirror === null && (
        <>
          <p>{t.serverNoMirror}</p>
          <Command line="whiteroom server start --mirror PLACE" />
        </>
      )}
      {failingSince !== null && <p>{t.serverMirrorFailing(timeText(failingSince, new Date()))}</p>}
      {disk.isFull && <p>{t.serverFull}</p>}
      {others.length > 0 && (
        <ul>
          {others.map(({ kind, library, since, detail }) => (
            <li key={`${kind} ${library} ${since}`}>
              <strong>{t.serverAlerts[kind]}</strong>
              {library !== null && (
                <>
                  {": "}
                  <Name of={nameOf(library)} />
                </>
              )}
              , <Time at={since} />
              <span class="facts">
                {" "}
                {lossText(detail, t) ?? (
                  <Said>
                    <bdi>{detail}</bdi>
                  </Said>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p class="facts">
        {t.serverDisk(sizeText(disk.free), sizeText(disk.size))}{" "}
        {disk.isFull ? "" : disk.fullAt === null ? "" : t.serverFullAt(dayText(new Date(disk.fullAt)))}
        {mirror !== null && (
          <>
            {" "}
            <bdi>{t.serverMirror(mirror.place)}</bdi>
            {mirror.waiting > 0 && ` (${t.serverMirrorWaiting(mirror.waiting)})`}
          </>
        )}
      </p>
    </section>
  )
}
