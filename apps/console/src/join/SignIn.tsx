import { live } from "../api/Live.js"
import { Command, Title, Wrong } from "../parts/Parts.js"
import { texts } from "../texts/Texts.js"

/** Nobody is signed in: how one comes in. */
export const SignIn = ({ error }: { readonly error: unknown }) => {
  const t = texts.value
  return (
    <main class="narrow">
      <Title>{t.signInTitle}</Title>
      {live.connection.value === "revoked" && (
        <p class="wrong" role="alert">
          {t.revoked}
        </p>
      )}
      {error !== undefined && <Wrong error={error} />}
      <p>{t.signInHow}</p>
      <p>{t.signInAdmin}</p>
      <Command line="whiteroom server link NAME" />
      <p>{t.signInLocal}</p>
      <Command line="whiteroom open" />
    </main>
  )
}
