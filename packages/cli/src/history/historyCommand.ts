/** `history SONG`, `song history` and `performance history`: every distinct version, or one of them in full. */
import { object } from "@optique/core/constructs"
import { betweenBackups, type EntityKey, EntityNotFound, ExitCode, formatBackupSize } from "@white-room/core"
import { entityJson, versionJson } from "@white-room/core/output"
import type { EntityVersion, Library } from "@white-room/store"
import type { Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { byRanges } from "../backup/RangedSource.js"
import { atOption, findSource } from "../backup/Source.js"
import type { Cli } from "../command/Cli.js"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, number, one, text } from "../command/Options.js"
import { attempt, badUsage, type CliFailure } from "../error/CliError.js"
import { capturePending } from "../select/capturePending.js"
import { idOnly } from "../select/Names.js"
import { findPast } from "../select/Past.js"
import { selectOneByText } from "../select/Patterns.js"
import { fromOption, fromWords, libraryInVault, requireVault } from "../select/PlaceFrom.js"
import { printable } from "../terminal/Harmless.js"
import { table } from "../terminal/Table.js"
import { phrases } from "../terminal/Text.js"
import { ago, exactTime } from "../terminal/Time.js"

type PastKind = "song" | "performance"

/**
 * What another program did was noted some time before it was taken over: then it is an interval. Of what is from before the
 * log only the backups are known between which it was made.
 */
const whenOf = (version: EntityVersion, cli: Cli): string => {
  const { timestamp, since } = version
  const between = betweenBackups(version)
  const exact = since === undefined ? exactTime(timestamp) : `${exactTime(since)} to ${exactTime(timestamp)}`
  if (cli.out.options.verbose) return between === undefined ? exact : `${between} (${exact})`
  if (between !== undefined) return `${between} (${ago(timestamp, cli.now())})`
  const [from, to] = [since ?? timestamp, timestamp].map((time) => ago(time, cli.now()))
  return from === to || from === undefined ? String(to) : `between ${from} and ${to}`
}

const actorName = (actor: string): string => (actor === "external" ? "another program" : actor)

const versionTable = (cli: Cli, versions: ReadonlyArray<EntityVersion>): string =>
  table({
    columns: [
      { header: "Version", align: "right" },
      { header: "When" },
      { header: "By", shrink: true, optional: true },
      { header: "Size", align: "right", optional: true },
      { header: "Position", align: "right", optional: true, colour: "dim" },
      { header: "Changes", shrink: true }
    ],
    rows: versions.map((version) => [
      String(version.version),
      whenOf(version, cli),
      actorName(version.actor),
      version.deleted ? "" : formatBackupSize(version.size),
      version.source,
      phrases(version.changes, cli.out.options.verbose ? Number.POSITIVE_INFINITY : 4)
    ]),
    paint: cli.out.paint,
    width: cli.out.options.verbose ? undefined : cli.out.width
  })

interface Wish {
  readonly name: string
  readonly at?: Date | undefined
  readonly version?: number | undefined
  readonly from?: string | undefined
}

/** The state that has the wanted version; `undefined`: all are wanted. */
const sourceOf = (cli: Cli, library: Library, key: EntityKey, { at, version }: Wish) =>
  Effect.gen(function* () {
    if (at !== undefined && version !== undefined)
      return yield* badUsage("--at and --version are two versions.", "Say one of them.")
    if (version !== undefined) return yield* library.history.sourceOf(key, version)
    if (at === undefined) return undefined
    const { reference, backup } = yield* findSource(cli, library, { at })
    if (backup === undefined) return reference
    // Of several libraries whose backups were brought in, another one may have it.
    const versions = yield* library.history.versions(key)
    return versions.findLast(({ timestamp, deleted }) => timestamp <= at && !deleted)?.source ?? reference
  })

/** The document of that version on stdout, for people; for scripts the whole song or performance. */
const printVersion = (
  cli: Cli,
  library: Library,
  kind: PastKind,
  { id, name, source }: { readonly id: string; readonly name: string; readonly source: string },
  from: string | undefined
): Effect.Effect<number, CliFailure> =>
  Effect.gen(function* () {
    const entity = yield* library.history.entityAt({ kind, id }, source)
    if (entity === undefined || !("createdAt" in entity))
      return yield* new EntityNotFound({ kind, name, where: `the library at ${source}`, near: [] })
    const versions = yield* library.history.versions({ kind, id })
    const position = source.startsWith("@") ? Number(source.slice(1)) : 0
    const version =
      versions.find((each) => each.source === source) ??
      versions.findLast((each) => each.position <= position)
    if (version !== undefined)
      cli.out.message(
        `Version ${version.version} of ${printable(version.name)}, ${betweenBackups(version) ?? `of ${exactTime(version.timestamp)}`}. To restore it: whiteroom restore ${from === undefined ? `--${kind} ${id} --version ${version.version}` : `${version.source} --${kind} ${id}${fromWords(from)}`}`
      )
    const document = "songDataJSON" in entity ? entity.songDataJSON : entity.performanceDataJSON
    return cli.out.document(entityJson(entity), document.trimEnd())
  })

const showVersions = (
  cli: Cli,
  kind: PastKind,
  id: string,
  versions: ReadonlyArray<EntityVersion>,
  from: string | undefined
): number => {
  cli.out.list(versions.map(versionJson), () => versionTable(cli, versions), "No versions.")
  cli.out.detail(
    from === undefined
      ? `whiteroom restore --${kind} ${id} --version N brings one back.`
      : `whiteroom restore POSITION --${kind} ${id}${fromWords(from)} brings one back.`
  )
  return ExitCode.done
}

/** All versions of what is there today under that name or id; what else a word can mean the whole log tells. */
const versionsIn = (cli: Cli, vault: Vault, kind: PastKind, { name, at, version }: Wish) =>
  byRanges(cli, vault, (reader) =>
    Effect.gen(function* () {
      if (at !== undefined || version !== undefined) return undefined
      const { historyIn } = yield* loadVault
      const all = (yield* reader.entries(yield* reader.head)).filter((entity) => entity.kind === kind)
      const today = all.flatMap(({ id, name, size }) =>
        name === undefined || size === 0 ? [] : [{ id, name }]
      )
      const isGone = all.some(({ id, size }) => size === 0 && id === (idOnly(name) ?? name))
      if (isGone) return undefined
      const { id } = yield* attempt(() => selectOneByText(today, name, { kind, where: "the vault" }))
      const versions = yield* historyIn(reader, { kind, id })
      return versions && { id, versions }
    })
  ).pipe(
    Effect.catchTags({
      AmbiguousName: () => Effect.succeed(undefined),
      EntityNotFound: () => Effect.succeed(undefined)
    })
  )

/** The library that is asked, or the versions there already. */
const lookUp = (cli: Cli, kind: PastKind, wish: Wish) =>
  Effect.gen(function* () {
    if (wish.from === undefined) return { library: yield* cli.open, ranged: undefined }
    const vault = yield* requireVault(cli, wish.from)
    const ranged = yield* versionsIn(cli, vault, kind, wish)
    return ranged === undefined
      ? { library: yield* libraryInVault(cli, vault), ranged }
      : { library: undefined, ranged }
  })

const run = (cli: Cli, kind: PastKind, wish: Wish) =>
  Effect.gen(function* () {
    const { library, ranged } = yield* lookUp(cli, kind, wish)
    if (library === undefined) return showVersions(cli, kind, ranged.id, ranged.versions, wish.from)
    yield* capturePending(library)
    const { id, name } = yield* findPast(library, kind, wish.name)
    const source = yield* sourceOf(cli, library, { kind, id }, wish)
    if (source !== undefined) return yield* printVersion(cli, library, kind, { id, name, source }, wish.from)
    const versions = yield* library.history.versions({ kind, id })
    return showVersions(cli, kind, id, versions, wish.from)
  })

export const historyCommand = (kind: PastKind) =>
  define(
    "history",
    {
      onServer: true,
      brief: `Every version of one ${kind}: when, by whom, what changed.`,
      description:
        "Finds also what was deleted, and by names of the past. Changes of other programs are noted at once and taken over later, so their time is an interval. What adopted and imported backups have from before the log comes first, as made between two of them. With --at or --version the document of that version.",
      examples: [
        ['whiteroom history "Night Drive"', "its versions"],
        ['whiteroom history "Night Drive" --at "yesterday 18:00"', "the document of that time"],
        ['whiteroom restore --song "Night Drive" --version 3', "brings version 3 back"]
      ]
    },
    () =>
      object({
        name: argument(
          text(kind === "song" ? "SONG" : "PERFORMANCE"),
          "An id, a name of today or of the past, or the beginning of one."
        ),
        at: atOption(
          'Print the version of a time: "2026-11-20 14:30", "yesterday 18:00", "last week", 6pm, 2h.'
        ),
        version: one("--version", number("N", 1), "Print version N."),
        from: fromOption()
      }),
    (wish, cli) => run(cli, kind, { ...wish, from: wish.from ?? cli.server?.place })
  )
