import { readFileSync } from "node:fs"
import { ExitCode, errorCode, formatCount } from "@white-room/core"
import type { Invited, Role } from "@white-room/server"
import * as Effect from "effect/Effect"
import type { Cli } from "../command/Cli.js"
import { type CliFailure, refusal } from "../error/CliError.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { exactTime } from "../terminal/Time.js"
import { handOut } from "./handOut.js"
import { operations } from "./ServerData.js"

interface Wish {
  readonly role: Role
  readonly libraries: ReadonlyArray<string>
  readonly group: string | undefined
  readonly sealed: boolean
  readonly days: number | undefined
  readonly data: string | undefined
}

const most = 1000
const longest = 100

/** The names in a file: a line each; empty lines and those that begin with # are none. */
const namesIn = (file: string): Effect.Effect<ReadonlyArray<string>, CliFailure> =>
  Effect.gen(function* () {
    const text = yield* Effect.try({ try: () => readFileSync(file, "utf8"), catch: errorCode }).pipe(
      Effect.catchAll((code) =>
        refusal(`${printable(file)} cannot be read (${code}).`, "Nobody was invited.")
      )
    )
    const names = text
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"))
    const wrong = names.find((name) => name.length > longest || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(name))
    if (names.length === 0 || names.length > most || wrong !== undefined)
      return yield* refusal(
        wrong === undefined
          ? `${printable(file)} has ${count(names.length, "name")}; it takes 1 to ${formatCount(most)}.`
          : `${printable(file)} has a line that is not a name: ${printable(wrong.slice(0, 60))}`,
        "Nobody was invited."
      )
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    return twice === undefined
      ? names
      : yield* refusal(`${printable(twice)} stands twice in ${printable(file)}.`, "Nobody was invited.")
  })

/**
 * Invites everybody in a file, each with a library of their own. Whoever has one of that name already is passed over, so that the same
 * file can be given again when somebody came to it, or when it ended in the middle.
 */
export const inviteAll = (
  cli: Cli,
  file: string,
  { role, libraries, group, sealed, days, data }: Wish
): Effect.Effect<number, CliFailure> =>
  Effect.gen(function* () {
    if (role !== "device" || libraries.length > 0)
      return yield* refusal(
        "--file invites people with a library of their own each.",
        "Leave --library-id, --teacher, --admin and --service out."
      )
    const names = yield* namesIn(file)
    const operation = yield* operations(cli, data)
    const there = new Set((yield* operation.libraries).map(({ name }) => name))
    const wanted = names.filter((name) => !there.has(name))
    if (cli.dryRun)
      return cli.done<Outputs["server-invite"]>(
        { name: file, role, libraries },
        () => `Would invite ${count(wanted.length, "person", "people")}. Nothing was changed.`
      )
    const invited: Array<Invited & { readonly name: string }> = []
    const outcome = yield* Effect.either(
      Effect.forEach(wanted, (name) =>
        Effect.map(
          operation.invite({ name, role, libraries: [], group, sealed, accessDays: days }),
          (each) => void invited.push({ ...each, name })
        )
      )
    )
    const passed = names.length - wanted.length
    // Also those before one that could not be made: they are told now or never.
    handOut<Outputs["server-invite"]>(
      cli,
      { name: file, role, libraries: invited.flatMap((each) => each.libraries), invited },
      {
        data: invited
          .flatMap(({ name, link, expiresAt }) => [
            `${printable(name)}, until ${exactTime(new Date(expiresAt))}:`,
            `  whiteroom connect '${link}'`
          ])
          .join("\n"),
        after:
          passed === 0
            ? undefined
            : `${count(passed, "person has", "people have")} a library here already, and got no new link.`
      }
    )
    yield* outcome
    return ExitCode.done
  })
