/** `song` and `performance`: one family of commands, made for each of the two. */
import { object } from "@optique/core/constructs"
import { multiple } from "@optique/core/modifiers"
import {
  decodeRecord,
  ObjectRef,
  type Performance,
  type PerformanceSummary,
  type Song,
  type SongSummary,
  utf8
} from "@white-room/core"
import { entityJson } from "@white-room/core/output"
import type { Library } from "@white-room/store"
import * as Effect from "effect/Effect"
import { type Command, define, family } from "../command/Define.js"
import { argument, file, flag, needed, one, some, text } from "../command/Options.js"
import { attempt, badUsage, type CliFailure } from "../error/CliError.js"
import { historyCommand } from "../history/historyCommand.js"
import { importFiles } from "../import/importFiles.js"
import { selectAll, selectOne } from "../select/Names.js"
import { deleteEntities } from "./deleteEntities.js"
import { type Entities, performances, songs } from "./Entities.js"
import { exportDocuments } from "./exportDocuments.js"

const replacement = "\ufffd"

/**
 * A document as it is stored. Text that holds U+FFFD may stand for bytes that are not text: then the bytes come from
 * the object store, by the hash in the log.
 */
const documentOf = (
  library: Library,
  { kind, documentColumn }: Pick<Entities<never, never>, "kind" | "documentColumn">,
  id: string,
  document: string
): Effect.Effect<Uint8Array, CliFailure> =>
  Effect.gen(function* () {
    if (!document.includes(replacement)) return utf8(document)
    yield* library.log.capture
    const { record } = yield* library.log.state({ kind, id })
    const cell = record && decodeRecord(kind, record).get(documentColumn)
    return cell instanceof ObjectRef ? yield* library.objects.get(cell.hash) : utf8(document)
  })

const commandsFor = <A extends Song | Performance, S extends SongSummary | PerformanceSummary>(
  entities: Entities<A, S>
): Command => {
  const { kind, metavar } = entities
  const plural = `${kind}s` as const
  const here = { kind, where: "this library" }
  const aName = "An id or a name."
  const named = argument(text(metavar), aName)
  const open = (library: Library) => {
    const repository = entities.repository(library)
    const select = (names: ReadonlyArray<string>) =>
      Effect.flatMap(repository.list(), (all) => attempt(() => selectAll(all, names, here)))
    return { ...repository, select }
  }

  const list = define(
    "list",
    { onServer: true, brief: `The ${plural} of the library, by name.` },
    () =>
      object({
        search: one("--search", text("TEXT"), `Only those with this text in their ${entities.searched}.`)
      }),
    ({ search }, cli) =>
      Effect.gen(function* () {
        const library = yield* cli.open
        const { list, search: find } = open(library)
        const found = yield* search === undefined ? list() : find(search)
        const rows = cli.out.json ? [] : yield* entities.rows(library, found, cli.now())
        const none =
          search === undefined
            ? `No ${plural} yet: whiteroom ${kind} import DIR`
            : `No ${kind} has "${search}".`
        return cli.out.list(found.map(entityJson), () => cli.out.table(entities.columns, rows), none)
      })
  )

  const show = define(
    "show",
    { onServer: true, brief: `One ${kind}; with --json its document too.` },
    () => object({ name: named }),
    ({ name }, cli) =>
      Effect.gen(function* () {
        const library = yield* cli.open
        const { list, read } = open(library)
        const all = yield* list()
        const { id } = yield* attempt(() => selectOne(all, name, here))
        const entity = yield* read(id)
        const details = yield* entities.details(library, entity)
        return cli.out.show(entityJson(entity), () => cli.out.fields(entity.name, details))
      })
  )

  const bringIn = define(
    "import",
    { brief: `Bring in ${kind} files, or folders of them.`, description: entities.imports },
    () =>
      object({
        paths: some(file("FILE|DIR"), `A ${kind} file, or a folder of them.`)
      }),
    ({ paths }, cli) => importFiles(cli, { paths, kind, onConflict: "replace" })
  )

  const write = define(
    "export",
    { onServer: true, brief: `Write the documents of ${plural} as files, byte for byte.` },
    () =>
      object({
        names: multiple(named),
        all: flag("--all", `Every ${kind}.`),
        to: needed("--to", file("DIR"), "The folder to write to; made when missing."),
        force: flag("--force", "Replace files that are there.")
      }),
    ({ names, all, to, force }, cli) =>
      Effect.gen(function* () {
        if (all === names.length > 0)
          return yield* badUsage(
            `Name the ${plural} to export, or say --all. Nothing was written.`,
            `See \`whiteroom help ${kind} export\`.`
          )
        const library = yield* cli.open
        const { list, select, read } = open(library)
        const chosen = yield* all ? list() : select(names)
        return yield* exportDocuments(cli, kind, chosen, { to, force }, (id) =>
          Effect.flatMap(read(id), (entity) => documentOf(library, entities, id, entities.document(entity)))
        )
      })
  )

  const remove = define(
    "delete",
    { brief: `Delete ${plural}. Backups keep theirs.` },
    () => object({ names: some(text(metavar), aName) }),
    ({ names }, cli) =>
      Effect.gen(function* () {
        const library = yield* cli.open
        const chosen = yield* open(library).select(names)
        return yield* deleteEntities(
          cli,
          library,
          kind,
          chosen,
          yield* entities.beforeDelete(library, chosen)
        )
      })
  )

  return family(
    kind,
    {
      brief: `List, show, import, export or delete ${plural}.`,
      question: `Say what to do with ${plural}`,
      alias: plural
    },
    [list, show, historyCommand(kind), bringIn, write, remove]
  )
}

export const songCommand = commandsFor(songs)
export const performanceCommand = commandsFor(performances)
