import { useMemo } from "preact/hooks"
import { signIn } from "../api/Session.js"
import { Command, Title, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { texts } from "../texts/Texts.js"

/** What an invitation is, and its two ways. It does nothing by itself: those who preview links use nothing up. */
export const Join = () => {
  const t = texts.value
  const link = useMemo(() => location.href, [])
  const code = useMemo(() => location.hash.slice(1).split(".")[0] ?? "", [])
  const { isBusy, trouble, act } = useAct()
  const enter = () =>
    act(async () => {
      await signIn(code)
      location.replace("/#/")
    })
  return (
    <main class="narrow">
      <Title>{t.joinTitle}</Title>
      <p class="lead">{t.joinWhat}</p>
      {code === "" ? (
        <p class="wrong" role="alert">
          {t.joinNoCode}
        </p>
      ) : (
        <>
          <section>
            <h2>{t.joinDevice}</h2>
            <p>{t.joinInstall}</p>
            <Command line="npm install --global @white-room/cli" />
            <p>{t.joinConnect}</p>
            <Command line={`whiteroom connect '${link.replaceAll("'", "%27")}'`} />
          </section>
          <section>
            <h2>{t.joinBrowser}</h2>
            <p>{t.joinBrowserHow}</p>
            {trouble.value !== undefined && <Wrong error={trouble.value} />}
            <button type="button" class="main" disabled={isBusy.value} onClick={() => void enter()}>
              {t.joinButton}
            </button>
          </section>
        </>
      )}
    </main>
  )
}
