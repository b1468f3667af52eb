import type { ComponentChildren } from "preact"
import type { Schemas } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { Command, Name, Time } from "../parts/Parts.js"
import { sizeText, texts, timeText } from "../texts/Texts.js"

type Status = Schemas["LibraryStatus"]

/** That which the settings of the app ask for: nobody gave it that name. */
const usualProfile = "default"

const Row = (props: {
  readonly of: ComponentChildren
  readonly isGood: boolean
  readonly children: ComponentChildren
}) => (
  <li class={props.isGood ? "good" : "bad"}>
    <strong>{props.of}</strong>
    <span>{props.children}</span>
  </li>
)

/** Where the library is kept, when the next backup comes, what was last looked at. */
export const Places = ({ status, library }: { readonly status: Status; readonly library: Library }) => {
  const t = texts.value
  const now = new Date()
  const { here, vaults, next, lastFullCheck, lastCheck, proven } = status
  const check = lastFullCheck ?? lastCheck
  return (
    <section aria-labelledby="places">
      <h2 id="places">{t.places}</h2>
      <ul class="places">
        <Row of={t.placeHere} isGood={here !== null && !here.stale}>
          {here === null ? (
            t.noBackup
          ) : (
            <>
              {t.lastBackup(here.number, timeText(here.timestamp, now))}
              {here.changed > 0 && `; ${t.placeChanged(here.changed)}`}
            </>
          )}
        </Row>
        {vaults.map((vault) => (
          <Row
            key={vault.name}
            of={vault.place === library.id ? t.placeServer : <Name of={vault.name} />}
            isGood={vault.present && !vault.stale}
          >
            {!vault.present && `${t.placeAway}; `}
            {vault.sameDisk && `${t.placeSameDisk}; `}
            {vault.changed === 0 ? t.placeAll : t.placeChanged(vault.changed)}
            {", "}
            {vault.pushedAt === null ? t.placeNever : <Time at={vault.pushedAt} />}
            {vault.place === library.id && `, ${sizeText(library.used)}`}
            {vault.differing.map(({ device, songs }) => ` · ${t.placeDiffers(device, songs)}`)}
          </Row>
        ))}
      </ul>
      <dl class="facts">
        <dt>{t.next}</dt>
        <dd>
          {next === null
            ? library.home === "server"
              ? t.nextNone
              : t.nextNoneThere
            : next.overdueSince === null
              ? t.nextAt(timeText(next.at, now), next.profile === usualProfile ? "" : next.profile)
              : t.nextOverdue(timeText(next.overdueSince, now))}
          {next === null && library.home === "server" && <Command line="whiteroom daemon install" />}
        </dd>
        <dt>{t.proven}</dt>
        <dd>{proven === null ? t.neverYet : <Time at={proven.at} />}</dd>
        {check !== null && (
          <>
            <dt>{t.checked}</dt>
            <dd>{(check.ok ? t.checkedOk : t.checkedBad)(timeText(check.checkedAt, now))}</dd>
          </>
        )}
      </dl>
    </section>
  )
}
