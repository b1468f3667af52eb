/** The libraries of a server by their groups: which of them are not safe, and what is done with one of them, or with all of a group. */
import { useSignal } from "@preact/signals"
import { linkTo } from "../address/Link.js"
import type { Library } from "../api/Session.js"
import { isLate } from "../home/isLate.js"
import { Name, Time } from "../parts/Parts.js"
import { cut, dayText, sizeText, texts } from "../texts/Texts.js"
import { Computer } from "./Computer.js"
import { Erase } from "./Erase.js"
import { Leave } from "./Leave.js"
import { MoveToGroup } from "./MoveToGroup.js"
import { Stay } from "./Stay.js"

export interface GroupsProps {
  readonly libraries: ReadonlyArray<Library>
}

/** What is asked about libraries, in a dialog of its own. */
interface Asked {
  readonly what: "group" | "computer" | "leave" | "erase"
  readonly libraries: ReadonlyArray<Library>
}

/** By group, those in none last; in each first who needs somebody. */
const byGroup = (
  libraries: ReadonlyArray<Library>
): ReadonlyArray<readonly [string, ReadonlyArray<Library>]> => {
  const groups = new Map<string, Array<Library>>()
  for (const library of libraries.toSorted((a, b) => (a.arrivedAt ?? "").localeCompare(b.arrivedAt ?? ""))) {
    const { group = "" } = library
    groups.set(group, [...(groups.get(group) ?? []), library])
  }
  return [...groups].toSorted(([a], [b]) => (a === "" ? 1 : b === "" ? -1 : a.localeCompare(b)))
}

export const Groups = ({ libraries }: GroupsProps) => {
  const t = texts.value
  const asked = useSignal<Asked | undefined>(undefined)
  const close = () => {
    asked.value = undefined
  }
  const ask = (what: Asked["what"], about: ReadonlyArray<Library>) => {
    asked.value = { what, libraries: about }
  }
  const groups = byGroup(libraries)
  const [one] = asked.value?.libraries ?? []
  return (
    <section aria-labelledby="groups">
      <h2 id="groups">{t.groups}</h2>
      {libraries.length === 0 && <p>{t.noLibrary}</p>}
      {groups.map(([group, all]) => {
        const staying = all.filter(({ eraseAt }) => eraseAt === undefined)
        return (
          <div key={group} class="group">
            <h3>{group === "" ? t.groupNone : t.groupOf(group)}</h3>
            <p class="facts">{t.groupLate(staying.filter(isLate).length, staying.length)}</p>
            <ul class="rows">
              {all.map((library) => (
                <Row key={library.id} library={library} ask={ask} />
              ))}
            </ul>
            {group !== "" && staying.length > 1 && (
              <button type="button" class="quiet" onClick={() => ask("leave", staying)}>
                {t.leaveGroup(group)}
              </button>
            )}
          </div>
        )
      })}
      {one !== undefined && asked.value?.what === "group" && (
        <MoveToGroup
          library={one}
          groups={groups.map(([name]) => name).filter((name) => name !== "")}
          onClose={close}
        />
      )}
      {one !== undefined && asked.value?.what === "computer" && <Computer library={one} onClose={close} />}
      {one !== undefined && asked.value?.what === "leave" && (
        <Leave libraries={asked.value.libraries} onClose={close} />
      )}
      {one !== undefined && asked.value?.what === "erase" && <Erase library={one} onClose={close} />}
    </section>
  )
}

const Row = (props: {
  readonly library: Library
  readonly ask: (what: Asked["what"], libraries: ReadonlyArray<Library>) => void
}) => {
  const t = texts.value
  const { library, ask } = props
  const { id, name, arrivedAt, used, sealed, home, eraseAt } = library
  const button = (what: Asked["what"], text: string) => (
    <button
      type="button"
      class="quiet"
      aria-label={`${text.replace(" …", "")}: ${cut(name)}`}
      onClick={() => ask(what, [library])}
    >
      {text}
    </button>
  )
  return (
    <li class={eraseAt === undefined && isLate(library) ? "late" : ""}>
      <a href={linkTo([id])}>
        <Name of={name} />
      </a>
      {eraseAt !== undefined && <span class="tag">{t.leaving(dayText(new Date(eraseAt)))}</span>}
      <span class="facts">
        {arrivedAt === null ? t.placeNever : <Time at={arrivedAt} />} · {sizeText(used)}
        {sealed && ` · ${t.sealedShort}`}
      </span>
      <span class="buttons">
        {eraseAt === undefined ? (
          <>
            {button("group", t.groupMove)}
            {home === "device" && button("computer", t.computer)}
            {button("leave", t.leave)}
          </>
        ) : (
          <>
            <Stay library={library} />
            {button("erase", t.erase)}
          </>
        )}
      </span>
    </li>
  )
}
