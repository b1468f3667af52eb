import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import type { MigrationStatus } from "@white-room/store"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import { define, family } from "../command/Define.js"
import { argument, number } from "../command/Options.js"
import type { Outputs } from "../schema/outputs.js"

const describe = ({ current, latest, minReader, minWriter, pending }: MigrationStatus): string =>
  [
    `This library has format ${current}${current === latest ? ", the newest." : `; the newest is ${latest}.`}`,
    `Programs that read it must know format ${minReader}, programs that write it format ${minWriter}.`,
    ...pending.map(({ version, name, stopsWorking }) => `  ${version}  ${name}: ${stopsWorking}`),
    ...(pending.length > 0 ? ["Next: whiteroom migrate up"] : [])
  ].join("\n")

const status = define(
  "status",
  { brief: "The format of the library, and what could be done." },
  () => object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const migrations = yield* library.upkeep.migrations
      const json: Outputs["migrate-status"] = {
        ...Struct.pick(migrations, "current", "latest", "minReader", "minWriter"),
        pending: migrations.pending.map((step) => Struct.pick(step, "version", "name", "stopsWorking"))
      }
      return cli.out.show(json, () => describe(migrations))
    })
)

const version = (description: string) => argument(number("FORMAT", 0), description)

const up = define(
  "up",
  {
    brief: "Bring the library to a newer format.",
    description: "Says what stops working and asks. Opening a library never does this."
  },
  () => object({ to: optional(version("Default: the newest.")) }),
  ({ to }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { current, latest, pending } = yield* library.upkeep.migrations
      const target = to ?? latest
      const steps = pending.filter((step) => step.version <= target)
      if (steps.length > 0 && !cli.dryRun) {
        cli.out.message(
          steps
            .map(({ version: step, name, stopsWorking }) => `  ${step}  ${name}: ${stopsWorking}`)
            .join("\n")
        )
        yield* cli.confirm(`Migrate from format ${current} to ${target}?`, `Migrating to format ${target}`)
      }
      const reached = cli.dryRun ? Math.max(current, target) : yield* library.upkeep.migrateUp(to)
      return cli.done<Outputs["migrate-up"]>({ from: current, to: reached }, () =>
        reached === current
          ? `The library has format ${current} already.`
          : `${cli.dryRun ? "Would migrate" : "Migrated"} from format ${current} to ${reached}.`
      )
    })
)

const down = define(
  "down",
  { brief: "Go back to an older format; refused when that would lose something." },
  () => object({ to: version("The format to go back to.") }),
  ({ to }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { current } = yield* library.upkeep.migrations
      if (!cli.dryRun && to < current)
        yield* cli.confirm(`Go back from format ${current} to ${to}?`, `Going back to format ${to}`)
      const reached = cli.dryRun ? to : yield* library.upkeep.migrateDown(to)
      return cli.done<Outputs["migrate-down"]>(
        { from: current, to: reached },
        () => `${cli.dryRun ? "Would go" : "Went"} back from format ${current} to ${reached}.`
      )
    })
)

export const migrateCommand = family(
  "migrate",
  {
    brief: "The format of the library, and moving between formats.",
    question: "Say what to do"
  },
  [status, up, down]
)
