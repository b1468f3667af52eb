import { useSignal } from "@preact/signals"
import { answerOf, client, type Schemas } from "../api/Client.js"
import type { Library } from "../api/Session.js"
import { Command, Name, Wrong } from "../parts/Parts.js"
import { useAct } from "../parts/useAct.js"
import { dayText, texts } from "../texts/Texts.js"
import { GroupField } from "./GroupField.js"

type Role = Schemas["Role"]
type Invited = Schemas["Invited"]

const roles: ReadonlyArray<Role> = ["device", "teacher", "admin"]

/** Makes links for names, one a line, and a sheet of them to print. What was typed stays until all links are there. */
export const Invite = ({ libraries }: { readonly libraries: ReadonlyArray<Library> }) => {
  const t = texts.value
  const typed = useSignal("")
  const role = useSignal<Role>("device")
  const isSealed = useSignal(false)
  const group = useSignal("")
  const chosen = useSignal<ReadonlySet<string>>(new Set())
  const made = useSignal<ReadonlyArray<Invited>>([])
  const { isBusy, trouble, act } = useAct()
  const names = typed.value
    .split("\n")
    .map((name) => name.trim())
    .filter((name) => name !== "")

  const isForGroup = role.value === "teacher" && group.value.trim() !== ""
  const groups = [...new Set(libraries.flatMap((library) => library.group ?? []))].toSorted()

  const invite = (event: Event) => {
    event.preventDefault()
    void act(async () => {
      let left = names
      for (const name of names) {
        const invited = await answerOf(
          client.POST("/v1/invitations", {
            body: {
              name,
              role: role.value,
              libraries: isForGroup ? [] : role.value === "teacher" ? [...chosen.value] : [],
              ...(role.value !== "admin" && group.value.trim() !== "" && { group: group.value.trim() }),
              sealed: role.value === "device" && isSealed.value
            }
          })
        )
        made.value = [...made.value, invited]
        left = left.slice(1)
        // A name that has its link goes from the list: when the next one fails, nobody is invited twice.
        typed.value = left.join("\n")
      }
    })
  }

  return (
    <section aria-labelledby="invite">
      <h2 id="invite">{t.invite}</h2>
      <form onSubmit={invite} class="invite">
        <label>
          {t.inviteNames}
          <textarea
            rows={4}
            value={typed.value}
            onInput={({ currentTarget }) => {
              typed.value = currentTarget.value
            }}
          />
        </label>
        <fieldset>
          <legend>{t.inviteRole}</legend>
          {roles.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name="role"
                checked={role.value === each}
                onChange={() => {
                  role.value = each
                }}
              />
              {t.roles[each]}
            </label>
          ))}
        </fieldset>
        {role.value !== "admin" && <GroupField label={t.inviteGroup} value={group} groups={groups} />}
        {role.value === "device" && (
          <label class="line">
            <input
              type="checkbox"
              checked={isSealed.value}
              onChange={({ currentTarget }) => {
                isSealed.value = currentTarget.checked
              }}
            />
            {t.inviteSealed}
          </label>
        )}
        {role.value === "teacher" && !isForGroup && (
          <fieldset class="tracks">
            <legend>{t.inviteLibraries}</legend>
            {libraries.map(({ id, name }) => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={chosen.value.has(id)}
                  onChange={({ currentTarget }) => {
                    const next = new Set(chosen.value)
                    if (currentTarget.checked) next.add(id)
                    else next.delete(id)
                    chosen.value = next
                  }}
                />
                <Name of={name} />
              </label>
            ))}
          </fieldset>
        )}
        {trouble.value !== undefined && <Wrong error={trouble.value} />}
        <button
          type="submit"
          class="main"
          disabled={
            isBusy.value ||
            names.length === 0 ||
            (role.value === "teacher" && !isForGroup && chosen.value.size === 0)
          }
        >
          {t.inviteButton}
        </button>
      </form>
      {made.value.length > 0 && (
        <div class="sheet" role="status">
          <p class="facts">{t.inviteMade}</p>
          <button type="button" class="quiet" onClick={() => print()}>
            {t.invitePrint}
          </button>
          <ul>
            {made.value.map(({ id, name, role: may, link, expiresAt }) => (
              <li key={id}>
                <h3>
                  <Name of={name} />
                </h3>
                <p>
                  {t.inviteSheet(location.host)} · {t.roles[may]}
                </p>
                <Command line={link} />
                <p class="facts">{t.inviteUntil(dayText(new Date(expiresAt)))}</p>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
