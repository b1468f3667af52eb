/**
 * The one place that says how much of anything from outside is taken: sizes of files, of what is read out of them, of
 * what is said about them. What is larger is refused or cut, and that is said. Each bound is far above what an honest
 * library has, and low enough that a machine with little memory is safe.
 *
 * How it is used: `bounds.<what>` where a limit is checked; `BoundedList` where a list grows with what was found wrong;
 * `shortened` where a text from outside stands in a sentence. A new reader of something from outside adds its line here.
 */

const kilobyte = 1024
const megabyte = 1024 * kilobyte
const gigabyte = 1024 * megabyte

/** What is taken from outside at most. */
export const bounds = {
  /** An exchange file. Reading more takes minutes. */
  exchangeFileBytes: gigabyte,
  /** The JSON of one entity in an exchange file. */
  entityBytes: 256 * megabyte,
  /** A file of one song, performance or preferences record. */
  entityFileBytes: 64 * megabyte,
  /** The texts at the head of an exchange file, and those of a backup: its description, all of its tags. */
  headBytes: 64 * kilobyte,
  /** A plan of `--save-plan`. Two thousand bytes for each of a hundred thousand songs. */
  planBytes: 256 * megabyte,
  /** Settings, key files and other files of a few lines. */
  smallFileBytes: megabyte,
  /** The id of an entity or a backup, in characters and in bytes. */
  idLength: 1024,
  /** A name, in bytes of UTF-8, where we may choose: a name that is stored already stays as it is. */
  nameBytes: 4096,
  /** Files that one import looks at. */
  importFiles: 200_000,
  /** Entities that one file of any kind may hold. Each takes memory until the file is read. */
  entities: 200_000,
  /** Backups that are read out of one database that others made. */
  foreignBackups: 100_000,
  /** Backups that one bundle describes, and other bundles that it builds on; those of today have one backup and build on none. */
  bundleEntries: 10_000,
  /** The name of a file, in bytes: no file system takes a longer one. */
  fileNameBytes: 255,
  /** The tables, indexes, views and triggers of such a database, and the bytes of the SQL that defines them. */
  foreignSchemaRows: 20_000,
  foreignSchemaBytes: 16 * megabyte,
  /** What a database may say that its rows hold, in terms of its own size: they cannot hold more than the file. */
  foreignBytesPerFileByte: 2,
  /** What one list of problems names. The rest is counted. */
  problems: 100,
  /** A text from outside inside a sentence, in characters. */
  shownText: 200,
  /** A whole reason: several such texts. */
  shownReason: 1000
} as const

/** A text from outside as a sentence shows it: whole characters, and an ellipsis where it was cut. */
export const shortened = (text: string, length: number = bounds.shownText): string => {
  if (text.length <= length) return text
  const cut = text.slice(0, length)
  return `${cut.isWellFormed() || !text.isWellFormed() ? cut : cut.slice(0, -1)}…`
}
