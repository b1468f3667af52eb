/** What a library must hold, as plain maps: the songs and performances by document, the preferences by theme. */
import { allBackups } from "../../../src/backup/Catalog.js"
import {
  type BackupInfo,
  type Cell,
  decodeRecord,
  entriesOf,
  fromHex,
  kinds,
  ObjectRef,
  Text
} from "../../../src/index.js"
import type { Session } from "../../../src/session/Session.js"
import type { Command, Wish } from "./commands.js"

export type State = ReadonlyMap<string, string>

export interface Model {
  readonly state: State
  /** By description. */
  readonly backups: ReadonlyMap<string, State>
  readonly forgotten: ReadonlyMap<string, number>
}

export const emptyModel: Model = { state: new Map(), backups: new Map(), forgotten: new Map() }

const withWishes = (state: State, wishes: ReadonlyArray<Wish>): State => {
  const next = new Map(state)
  for (const [key, content] of wishes) {
    if (content === null) next.delete(key)
    else next.set(key, content)
  }
  return next
}

/** The library after a command. Retention is not predicted: it is read from the library, see `forgottenIn`. */
export const after = (model: Model, command: Command, now: number): Model => {
  switch (command.do) {
    case "save":
    case "import":
      return { ...model, state: withWishes(model.state, command.wishes) }
    case "backup":
      return { ...model, backups: new Map(model.backups).set(command.description, model.state) }
    case "restore": {
      const source = model.backups.get(command.description) ?? new Map()
      return { ...model, state: command.mode === "exact" ? source : new Map([...model.state, ...source]) }
    }
    case "forget":
      return { ...model, forgotten: new Map(model.forgotten).set(command.description, now) }
    default:
      return model
  }
}

const content = (session: Session, cell: Cell | ObjectRef | undefined): string =>
  cell instanceof ObjectRef
    ? new TextDecoder().decode(session.reader.get(cell.hash))
    : cell instanceof Text
      ? cell.toString()
      : String(cell)

const contentColumn = {
  song: "song_data_json",
  performance: "performance_data_json",
  preferences: "theme"
} as const

/** What a backup holds, every document read and checked. */
export const stateOfBackup = (session: Session, backup: BackupInfo): State => {
  const state = new Map<string, string>()
  for (const kind of kinds)
    for (const { id, record } of entriesOf(fromHex(backup.root), kind, session.nodeStore(new Map())))
      state.set(`${kind}:${id}`, content(session, decodeRecord(kind, record).get(contentColumn[kind])))
  return state
}

/** What the live tables hold. */
export const liveState = (session: Session): State => {
  const rows = session.db.rows<[string, string]>(
    `SELECT 'song:' || id, song_data_json FROM song_data
     UNION ALL SELECT 'performance:' || id, performance_data_json FROM performance_data
     UNION ALL SELECT 'preferences:' || user_id, theme FROM user_preferences`
  )
  return new Map(rows)
}

/** The backups that people took: not those that restores and copies take for themselves. */
export const ownBackups = (session: Session): ReadonlyArray<BackupInfo> =>
  allBackups(session.db).filter(({ description, trigger }) => trigger !== "safety" && description !== "")

/** How two states differ, in at most three lines. */
export const differences = (expected: State, found: State): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    const [wanted, is] = [expected.get(key), found.get(key)]
    if (wanted === is) continue
    lines.push(`${key} is ${is?.slice(0, 40) ?? "absent"} in place of ${wanted?.slice(0, 40) ?? "absent"}`)
  }
  return lines.length > 3 ? [...lines.slice(0, 3), `and ${lines.length - 3} more`] : lines
}
