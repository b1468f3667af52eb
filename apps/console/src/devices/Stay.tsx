import { answerOf, client } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { cut, texts } from "../texts/Texts.js"

/** Keeps a library that was sent away. */
export const Stay = ({ library }: { readonly library: Library }) => {
  const t = texts.value
  const { isBusy, trouble, act } = useAct()
  const stay = () =>
    act(async () => {
      const params = { path: { library: library.id } }
      await answerOf(client.POST("/v1/libraries/{library}/undelete", { params }))
    })
  return (
    <>
      <button
        type="button"
        disabled={isBusy.value}
        aria-label={`${t.stay}: ${cut(library.name)}`}
        onClick={() => void stay()}
      >
        {t.stay}
      </button>
      {trouble.value !== undefined && <Wrong error={trouble.value} />}
    </>
  )
}
