import { object } from "@optique/core/constructs"
import { ExitCode } from "@white-room/core"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { defined } from "../command/defined.js"
import type { Outputs } from "../schema/outputs.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { dataOption, operations } from "./ServerData.js"

export const checkAuditCommand = define(
  "check",
  {
    brief: "Look whether the audit log is as it was written.",
    description:
      "Its entries are chained by hashes: one that was changed or taken out is found. That the newest were cut off, or all of them written again, is found by the copies in the mirror. A server looks itself when it starts and every night; libraries are checked with whiteroom check. Exit code 4 when something is wrong.",
    examples: [["whiteroom server check", "also while the server runs"]]
  },
  () => object({ data: dataOption() }),
  ({ data }, cli) =>
    Effect.gen(function* () {
      const { entries, fault, advice, copies } = yield* (yield* operations(cli, data)).audit
      const compared =
        copies === 0
          ? "It was compared with no copy: there is no mirror of this server, or it does not answer. That the newest entries are missing cannot be seen then."
          : `It goes on from each of ${count(copies, "copy", "copies")} in the mirror.`
      cli.done<Outputs["server-check"]>(defined({ ok: fault === undefined, entries, fault, copies }), () =>
        fault === undefined
          ? `${cli.out.paint("green", "The audit log is as it was written")}: ${count(entries, "entry", "entries")}. ${compared}`
          : [
              `${cli.out.paint("red", "The audit log is not as it was written")}: ${printable(fault)}.`,
              advice
            ].join("\n")
      )
      return fault === undefined ? ExitCode.done : ExitCode.damaged
    })
)
