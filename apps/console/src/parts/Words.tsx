import { texts } from "../texts/Texts.js"

/** Changes, one phrase each, as the library says them in the language of the page. */
export const Words = ({ words }: { readonly words: ReadonlyArray<string> }) =>
  words.length === 0 ? (
    <p>{texts.value.differencesNone}</p>
  ) : (
    <ul class="words">
      {words.map((word) => (
        <li key={word}>
          <bdi>{word}</bdi>
        </li>
      ))}
    </ul>
  )
