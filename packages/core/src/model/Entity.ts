/**
 * What a library is made of: entities of three kinds, each named by `kind` + `id` and kept in one row of a live
 * table. The column lists are those of Phase 5, exactly; their order is part of the record format.
 */
import { fromHex, fromUtf8, isWellFormed, toHex, utf8 } from "../codec/Bytes.js"
import { malformed } from "../errors/malformed.js"

/** The kinds of entity; their codes (position + 1) are part of the event and tree formats. */
export const kinds = ["song", "performance", "preferences"] as const
export type Kind = (typeof kinds)[number]

/** Names one entity. `id` is the text of the key column; see `idOfCell` for keys that are not well-formed text. */
export interface EntityKey {
  readonly kind: Kind
  readonly id: string
}

/** One string per entity, for maps and sets. */
export const keyString = (kind: Kind, id: string): string => `${kind}\u0000${id}`

/** How the table of a kind is laid out. */
export interface TableShape {
  readonly table: string
  readonly idColumn: string
  /** The column whose text or blob is always kept as an object of its own. */
  readonly contentColumn: string | undefined
  readonly nameColumn: string
  /** Known columns; a column's code in a record is its index + 1. Only ever appended to. */
  readonly columns: ReadonlyArray<string>
}

/** The Phase 5 tables. Columns that are not listed (an app may add some) are kept by name. */
export const liveTables: Readonly<Record<Kind, TableShape>> = {
  song: {
    table: "song_data",
    idColumn: "id",
    contentColumn: "song_data_json",
    nameColumn: "name",
    columns: [
      "id",
      "name",
      "composer",
      "description",
      "genre",
      "duration",
      "key",
      "created_at",
      "updated_at",
      "song_data_json",
      "determinism_seed",
      "custom_metadata"
    ]
  },
  performance: {
    table: "performance_data",
    idColumn: "id",
    contentColumn: "performance_data_json",
    nameColumn: "name",
    columns: [
      "id",
      "name",
      "song_id",
      "description",
      "duration",
      "performance_data_json",
      "created_at",
      "updated_at",
      "is_favorite",
      "tags"
    ]
  },
  preferences: {
    table: "user_preferences",
    idColumn: "user_id",
    contentColumn: undefined,
    nameColumn: "display_name",
    columns: [
      "user_id",
      "display_name",
      "default_output_device",
      "default_input_device",
      "default_sample_rate",
      "default_buffer_size",
      "auto_save_enabled",
      "auto_save_interval",
      "auto_backup_enabled",
      "backup_interval_hours",
      "max_backups",
      "theme",
      "language",
      "show_tooltips",
      "custom_preferences",
      "updated_at"
    ]
  }
}

const inCamelCase = (column: string): string =>
  column.replace(/_json$/, "_JSON").replace(/_([a-zA-Z])/g, (_, letter: string) => letter.toUpperCase())

const fieldsOfKnown: ReadonlyMap<string, string> = new Map(
  kinds.flatMap((kind) => liveTables[kind].columns.map((column) => [column, inCamelCase(column)]))
)

/** What the models and files of the apps call a column: `song_data_json` is `songDataJSON`. */
export const fieldOfColumn = (column: string): string => fieldsOfKnown.get(column) ?? inCamelCase(column)

const lenient = new TextDecoder("utf-8", { ignoreBOM: true })

/**
 * SQLite text. What was read is its stored bytes, which need not be well-formed UTF-8; what an API gave is a
 * well-formed string, encoded only when its bytes are asked for.
 */
export class Text {
  private constructor(
    private stored: Uint8Array | (() => Uint8Array) | undefined,
    /** The string, where the text came as one. */
    readonly string: string | undefined
  ) {}

  /** A text of these bytes, whether UTF-8 or not. */
  static ofBytes(bytes: Uint8Array): Text {
    return new Text(bytes, undefined)
  }

  /** The caller has checked that the string is well-formed. */
  static ofString(string: string): Text {
    return new Text(undefined, string)
  }

  /** A text whose bytes are read when they are asked for. */
  static later(read: () => Uint8Array): Text {
    return new Text(read, undefined)
  }

  get bytes(): Uint8Array {
    if (typeof this.stored === "function") this.stored = this.stored()
    return this.stored ?? utf8(this.string ?? "")
  }

  /** The text for people: ill-formed sequences become U+FFFD. */
  toString(): string {
    return this.string ?? lenient.decode(this.bytes)
  }
}

/** One stored value, by SQLite's five storage classes: NULL, INTEGER, REAL, TEXT, BLOB. */
export type Cell = null | bigint | number | Text | Uint8Array

/** A row as stored: column name to cell. An absent column differs from NULL. */
export type Row = ReadonlyMap<string, Cell>

/** A text cell of a JavaScript string. */
export const text = (value: string): Text => Text.ofString(value)

/** A cell as text for people, and for old apps; a blob is taken for UTF-8. */
export const textOfCell = (cell: Exclude<Cell, null>): string =>
  String(cell instanceof Uint8Array ? Text.ofBytes(cell) : cell)

/** Marks an id that stands for a key that is not well-formed text. */
const escapeMark = "\u0000"

/**
 * The id string of a key cell. Well-formed text is its own id; every other value (SQLite lets a TEXT key hold
 * blobs, ill-formed text and even NULL) is written as NUL, class letter and hex, so that no two keys share an id.
 */
export const idOfCell = (cell: Cell): string => {
  if (cell === null) return `${escapeMark}n`
  if (typeof cell === "bigint") return `${escapeMark}i${cell}`
  if (typeof cell === "number") {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setFloat64(0, cell)
    return `${escapeMark}r${toHex(bytes)}`
  }
  if (cell instanceof Text) {
    const plain = cell.string ?? fromUtf8(cell.bytes)
    return plain === undefined || plain.startsWith(escapeMark) ? `${escapeMark}t${toHex(cell.bytes)}` : plain
  }
  return `${escapeMark}b${toHex(cell)}`
}

const cellOfEscape = (id: string): Cell | undefined => {
  const body = id.slice(2)
  switch (id[1]) {
    case "n":
      return null
    case "i":
      return /^-?\d{1,19}$/.test(body) ? BigInt.asIntN(64, BigInt(body)) : undefined
    case "r":
      return body.length === 16 ? new DataView(fromHex(body).buffer).getFloat64(0) : undefined
    case "t":
      return Text.ofBytes(fromHex(body))
    case "b":
      return fromHex(body)
    default:
      return undefined
  }
}

/** The key cell of an id: the inverse of `idOfCell`. @throws MalformedData for a string that is not an id. */
export const cellOfId = (id: string): Cell => {
  if (!id.startsWith(escapeMark)) {
    if (!isWellFormed(id)) throw malformed("id", "it holds half a surrogate pair")
    return text(id)
  }
  const cell = cellOfEscape(id)
  if (cell === undefined || idOfCell(cell) !== id) throw malformed("id", "it is not written as a key is")
  return cell
}

/** The number that stands for a kind in bytes and in tables. */
export const kindCode = (kind: Kind): number => kinds.indexOf(kind) + 1
