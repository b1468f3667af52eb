import { object } from "@optique/core/constructs"
import { formatBackupSize } from "@white-room/core"
import type { KnownVault, Vault } from "@white-room/vault"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { define, family } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { argument, one, text } from "../command/Options.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { findVault } from "../select/PlaceFrom.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { ago, exactTime } from "../terminal/Time.js"

const nameArgument = () => argument(text("NAME"), "What you call the vault, such as studio.")

/** A bucket with the server it is on, as it is kept. */
const placeOf = (
  place: string,
  { endpoint, region }: { endpoint?: string | undefined; region?: string | undefined }
) => {
  const asked = new URLSearchParams()
  if (endpoint !== undefined) asked.set("endpoint", endpoint)
  if (region !== undefined) asked.set("region", region)
  return asked.size === 0 ? place : `${place}?${asked}`
}

const addCommand = define(
  "add",
  {
    brief: "Make a vault at a place, or join the one that is there.",
    description:
      "PLACE is a folder that exists (another disk, a NAS, a synced folder), where the vault gets a folder of its own, or a bucket: s3://bucket/prefix. Keys of buckets come from the usual AWS variables and files, never from here. Whoever can read the place can read the songs.",
    examples: [
      ["whiteroom vault add studio /media/studio-ssd", "a disk"],
      ["whiteroom vault add cloud s3://songs/anna --endpoint https://s3.example", "a bucket"],
      ["whiteroom push", "sends what they lack"]
    ]
  },
  object({
    name: nameArgument(),
    place: argument(text("PLACE"), "A folder, or s3://bucket/prefix."),
    endpoint: one("--endpoint", text("URL"), "The server of a bucket that is not at AWS."),
    region: one("--region", text("REGION"), "The region of a bucket.")
  }),
  ({ name, place, ...server }, cli) =>
    Effect.gen(function* () {
      if (!place.startsWith("s3://") && (server.endpoint ?? server.region) !== undefined)
        return yield* refusal("--endpoint and --region are about buckets.", "Leave them out for a folder.")
      const { addVault } = yield* loadVault
      const library = yield* cli.open
      if (cli.dryRun)
        return cli.done<Outputs["vault-add"]>(
          { name, place },
          () => `Would add the vault ${printable(name)} at ${printable(place)}. Nothing was changed.`
        )
      const { known, isNew } = yield* addVault(library, name, placeOf(place, server), cli.env)
      return cli.done<Outputs["vault-add"]>({ name, place: known.place, vaultId: known.vaultId, isNew }, () =>
        [
          `${isNew ? "Made" : "Joined"} the vault ${printable(name)} at ${printable(known.place)}.`,
          "It is not sealed: whoever can read that place can read the songs.",
          `Next: whiteroom push ${printable(name)}`
        ].join("\n")
      )
    })
)

const knownJson =
  (head: number) =>
  (known: KnownVault): Outputs["vault-list"][number] => ({
    name: known.name,
    place: known.place,
    vaultId: known.vaultId,
    position: known.pushed.position,
    behind: Math.max(0, head - known.pushed.position),
    ...(known.pushedAt > 0 && { pushedAt: new Date(known.pushedAt).toISOString() })
  })

const listCommand = define(
  "list",
  { brief: "The vaults that this library knows, and what they lack." },
  object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const { vaultRecords } = yield* loadVault
      const library = yield* cli.open
      const all = yield* vaultRecords(library).all
      const { position } = yield* library.log.head
      const rows = all.map(({ name, place, pushed, pushedAt }) => [
        name,
        pushedAt === 0 ? "never" : ago(new Date(pushedAt), cli.now()),
        count(Math.max(0, position - pushed.position), "event"),
        place
      ])
      const columns = [
        { header: "name" },
        { header: "pushed" },
        { header: "lacks" },
        { header: "place", shrink: true }
      ]
      return cli.out.list(
        all.map(knownJson(position)),
        () => cli.out.table(columns, rows),
        "No vaults yet: whiteroom vault add NAME PLACE"
      )
    })
)

const requireVault = (cli: Cli, nameOrPlace: string): Effect.Effect<Vault, CliFailure> =>
  Effect.gen(function* () {
    const { vaultAt } = yield* loadVault
    return (yield* findVault(cli, nameOrPlace)) ?? (yield* vaultAt(nameOrPlace, cli.env))
  })

const showVault = (cli: Cli, vault: Vault) =>
  Effect.gen(function* () {
    const { listLines, readLineStart } = yield* loadVault
    const lines = yield* Effect.forEach(yield* listLines(vault), (each) =>
      Effect.map(readLineStart(vault, each.library, each.line), (start) => ({ ...each, start }))
    )
    const detail = [...new Set(lines.map(({ library }) => library))].map((libraryId) => ({
      libraryId,
      lines: lines
        .filter(({ library }) => library === libraryId)
        .map(({ line, segments, start }) => {
          const arrived = Math.max(0, ...segments.map(({ arrivedAt }) => arrivedAt))
          return {
            line,
            device: start.device,
            parent: start.parent?.line ?? null,
            segments: segments.length,
            bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
            position: Math.max(0, ...segments.map(({ last }) => last)),
            ...(arrived > 0 && { lastArrival: new Date(arrived).toISOString() })
          }
        })
    }))
    const json: Outputs["vault-show"] = { vaultId: vault.id, place: vault.blobs.place, libraries: detail }
    return cli.out.show(json, () =>
      [
        `Vault ${vault.id.slice(0, 8)} at ${printable(vault.blobs.place)}`,
        ...detail.flatMap(({ libraryId, lines: of }) => [
          `Library ${libraryId.slice(0, 8)}`,
          ...of.map(
            (line) =>
              `  line ${line.line.slice(0, 8)} of ${printable(line.device)}: to @${line.position}, ${count(line.segments, "segment")}, ${formatBackupSize(line.bytes)}${line.lastArrival === undefined ? "" : `, last ${exactTime(new Date(line.lastArrival))}`}`
          )
        ])
      ].join("\n")
    )
  })

const showCommand = define(
  "show",
  { brief: "What a vault holds: libraries, and the line of each device." },
  object({ vault: argument(text("VAULT"), "A name of whiteroom vault list, or a place.") }),
  ({ vault }, cli) => Effect.flatMap(requireVault(cli, vault), (found) => showVault(cli, found))
)

const removeCommand = define(
  "remove",
  { brief: "Forget a vault here. What is there stays." },
  object({ name: nameArgument() }),
  ({ name }, cli) =>
    Effect.gen(function* () {
      const { knownVault, vaultRecords } = yield* loadVault
      const library = yield* cli.open
      const { place } = yield* knownVault(library, name)
      if (!cli.dryRun) yield* vaultRecords(library).forget(name)
      return cli.done<Outputs["vault-remove"]>({ name }, () =>
        cli.dryRun
          ? `Would forget the vault ${printable(name)}. Nothing was changed.`
          : `Forgot the vault ${printable(name)}. What is at ${printable(place)} stays there.`
      )
    })
)

export const vaultCommand = family(
  "vault",
  {
    brief: "Other places for the library: disks, synced folders, buckets.",
    question: "Say what to do with vaults",
    alias: "vaults"
  },
  [addCommand, listCommand, showCommand, removeCommand]
)
