import { object, or } from "@optique/core/constructs"
import { message, text } from "@optique/core/message"
import { optional } from "@optique/core/modifiers"
import { argument, command } from "@optique/core/primitives"
import { integer } from "@optique/core/valueparser"
import type { MigrationStatus } from "@white-room/store"
import * as Effect from "effect/Effect"
import { define } from "../command/Command.js"
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
  { brief: message`The format of the library, and what could be done.` },
  object({}),
  (_, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const migrations = yield* library.migrations
      const json: Outputs["migrate-status"] = {
        current: migrations.current,
        latest: migrations.latest,
        minReader: migrations.minReader,
        minWriter: migrations.minWriter,
        pending: migrations.pending.map(({ version, name, stopsWorking }) => ({
          version,
          name,
          stopsWorking
        }))
      }
      return cli.out.show(json, () => describe(migrations))
    })
)

const version = (description: string) =>
  argument(integer({ min: 0, metavar: "FORMAT" }), { description: [text(description)] })

const up = define(
  "up",
  {
    brief: message`Bring the library to a newer format.`,
    description: message`Says what stops working and asks. Opening a library never does this.`
  },
  object({ to: optional(version("Default: the newest.")) }),
  ({ to }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { current, latest, pending } = yield* library.migrations
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
      const reached = cli.dryRun ? Math.max(current, target) : yield* library.migrateUp(to)
      const summary: Outputs["migrate-up"] = {
        message_type: "summary",
        ...(cli.dryRun && { dryRun: true }),
        from: current,
        to: reached
      }
      return cli.out.done(summary, () =>
        reached === current
          ? `The library has format ${current} already.`
          : `${cli.dryRun ? "Would migrate" : "Migrated"} from format ${current} to ${reached}.`
      )
    })
)

const down = define(
  "down",
  { brief: message`Go back to an older format; refused when that would lose something.` },
  object({ to: version("The format to go back to.") }),
  ({ to }, cli) =>
    Effect.gen(function* () {
      const library = yield* cli.open
      const { current } = yield* library.migrations
      if (!cli.dryRun && to < current)
        yield* cli.confirm(`Go back from format ${current} to ${to}?`, `Going back to format ${to}`)
      const reached = cli.dryRun ? to : yield* library.migrateDown(to)
      const summary: Outputs["migrate-down"] = {
        message_type: "summary",
        ...(cli.dryRun && { dryRun: true }),
        from: current,
        to: reached
      }
      return cli.out.done(
        summary,
        () => `${cli.dryRun ? "Would go" : "Went"} back from format ${current} to ${reached}.`
      )
    })
)

const subcommands = or(status, up, down, {
  errors: { noMatch: message`Say what to do: status, up or down.` }
})

export const migrate = command("migrate", subcommands, {
  brief: message`The format of the library, and moving between formats.`
})
