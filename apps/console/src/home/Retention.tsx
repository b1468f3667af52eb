/** Which backups rules would keep, which not, and why: looked at before anybody lives by them. Nothing is done here. */
import { useSignal } from "@preact/signals"
import { useRef } from "preact/hooks"
import { linkTo } from "../address/Link.js"
import { answerOf, client } from "../api/Client.js"
import { useAnswer } from "../api/useAnswer.js"
import { Command, Name, Said, Waiting, Wrong } from "../parts/Parts.js"
import { reasonText } from "../texts/reasonText.js"
import { texts, timeText } from "../texts/Texts.js"

const counts = ["keepLast", "keepDaily", "keepWeekly", "keepMonthly", "keepYearly"] as const
type Counts = Readonly<Partial<Record<(typeof counts)[number], number>>>

const few = 100

const commandFor = (profile: string, rules: Counts): string =>
  profile === ""
    ? [
        "whiteroom prune",
        ...counts.flatMap((each) =>
          (rules[each] ?? 0) > 0 ? [`--keep-${each.slice(4).toLowerCase()} ${rules[each]}`] : []
        )
      ].join(" ")
    : `whiteroom prune --profile '${profile.replaceAll("'", "'\\''")}'`

/** What is not known here yet, as the library says it. */
const Reasons = ({ of }: { readonly of: ReadonlyArray<string> }) => {
  const told = of.map((reason) => reasonText(reason, texts.value))
  return told.includes(undefined) ? (
    <Said>
      <bdi>{of.join(", ")}</bdi>
    </Said>
  ) : (
    <bdi>{told.join(", ")}</bdi>
  )
}

export const Retention = ({ library }: { readonly library: string }) => {
  const t = texts.value
  const profile = useSignal("")
  const rules = useSignal<Counts>({ keepLast: 30 })
  const shown = useSignal(few)
  const query = profile.value === "" ? rules.value : { profile: profile.value }
  const preview = useAnswer(`retention ${library} ${JSON.stringify(query)}`, (signal) =>
    answerOf(
      client.GET("/v1/libraries/{library}/retention", { signal, params: { path: { library }, query } })
    )
  )
  // While other rules are asked about, the choice stays where it is
  const known = useRef<ReadonlyArray<string>>([])
  if (preview.value !== undefined) known.current = preview.value.profiles
  const now = new Date()
  const decisions = preview.value?.decisions ?? []
  const leaving = decisions.filter(({ keep }) => !keep).length
  return (
    <>
      <p>{t.retentionWhat}</p>
      {known.current.length > 0 && (
        <p>
          <label>
            {t.retentionRules}{" "}
            <select
              value={profile.value}
              onChange={({ currentTarget }) => {
                profile.value = currentTarget.value
              }}
            >
              <option value="">{t.retentionOwn}</option>
              {known.current.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
      {profile.value === "" && (
        <fieldset class="tracks">
          <legend>{t.retentionKeep}</legend>
          {counts.map((each) => (
            <label key={each}>
              {t.retentionCounts[each]}{" "}
              <input
                type="number"
                min={0}
                max={1000000}
                value={rules.value[each] ?? ""}
                onInput={({ currentTarget: { valueAsNumber } }) => {
                  const count = Number.isInteger(valueAsNumber) && valueAsNumber >= 0 ? valueAsNumber : 0
                  rules.value = { ...rules.value, [each]: Math.min(1_000_000, count) }
                }}
              />
            </label>
          ))}
        </fieldset>
      )}
      {preview._tag === "Failed" && <Wrong error={preview.error} again={preview.again} />}
      {preview.value === undefined && preview._tag === "Loading" && <Waiting />}
      {preview.value !== undefined && (
        <>
          <p role="status">
            <strong>{t.retentionWould(decisions.length - leaving, leaving)}</strong>
            {preview.value.expiring.length > 0 && ` ${t.retentionExpiring(preview.value.expiring.length)}`}
            {preview.value.paused && ` ${t.retentionPaused}`}
          </p>
          {preview.value.lastCopies.length > 0 && (
            <div class="wrong">
              <p>{t.retentionLast}</p>
              <ul>
                {preview.value.lastCopies.slice(0, few).map((copy) => (
                  <li key={copy}>
                    <Name of={copy} />
                  </li>
                ))}
              </ul>
            </div>
          )}
          <ol class="rows">
            {decisions
              .slice(0, shown.value)
              .map(({ backupId, number, timestamp, description, keep, reasons }) => (
                <li key={backupId} class={keep ? "" : "goes"}>
                  <a href={linkTo([library, "backup", `b${number}`])}>
                    <b>b{number}</b> {timeText(timestamp, now)}
                  </a>
                  <span class="facts">
                    {description !== "" && (
                      <>
                        <Name of={description} />
                        {" · "}
                      </>
                    )}
                    <strong class={`mark ${keep ? "" : "deleted"}`}>
                      {keep ? t.retentionStays : t.retentionGoes}
                    </strong>{" "}
                    <Reasons of={reasons} />
                  </span>
                </li>
              ))}
          </ol>
          {decisions.length > shown.value && (
            <button type="button" class="quiet" onClick={() => (shown.value += 500)}>
              {t.more} ({decisions.length - shown.value})
            </button>
          )}
          <details>
            <summary>{t.retentionDo}</summary>
            <Command line={commandFor(profile.value, rules.value)} />
          </details>
        </>
      )}
    </>
  )
}
