import { merge, object } from "@optique/core/constructs"
import { ExitCode, formatBackupSize, shellWord } from "@white-room/core"
import type { Resealed } from "@white-room/vault"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { loadVault } from "../command/Load.js"
import { flag } from "../command/Options.js"
import type { Outputs } from "../schema/outputs.js"
import { unlockOptions } from "../secret/Unlock.js"
import { settingsFolder } from "../settings/Environment.js"
import { printable } from "../terminal/Harmless.js"
import { count } from "../terminal/Text.js"
import { followKeys, requireSealed, vaultArgument } from "./SealedVaults.js"

const resealedText = (name: string, { files, bytes, left }: Resealed): ReadonlyArray<string> => [
  `${count(files, "file")} that ${files === 1 ? "was" : "were"} there (${formatBackupSize(bytes)}) ${files === 1 ? "is" : "are"} sealed again with it.`,
  `The old ones go a day from now (30 days in the folder of a sync service), by the daemon of each device or whiteroom vault upkeep ${shellWord(name)}. Until then, and in every copy that was made of them, also in versions that the place keeps by itself, the old keys open them.`,
  ...(left > 0
    ? [
        `${count(left, "file")} could not be: damaged, younger than a minute, or in a line that this device may not write. Run it again, or on the device of that line.`
      ]
    : [])
]

export const rotateCommand = define(
  "rotate",
  {
    brief: "Make a new key for what is sent from now on.",
    description:
      "Everyone who can open the vault still can; nothing is sent again. After a key was removed this has been done already. With --reseal what is there is read and written once more, under the new key; stopped in the middle, the same command goes on. What somebody copied before opens with the old keys for ever.",
    examples: [["whiteroom key rotate cloud --reseal", "after a key became known"]]
  },
  () =>
    merge(
      object({
        vault: vaultArgument(),
        reseal: flag("--reseal", "Seal what is there again, too: reads and writes all of it.")
      }),
      unlockOptions()
    ),
  ({ vault: name, reseal: again, ...options }, cli) =>
    Effect.gen(function* () {
      const { noteReseal, readFacts, reseal, rotate } = yield* loadVault
      const vault = yield* requireSealed(cli, name, options)
      const settings = settingsFolder(cli.env)
      if (cli.dryRun) {
        const would = again ? yield* cli.work(() => reseal(vault, { dryRun: true })) : undefined
        return cli.done<Outputs["key-rotate"]>(
          { vault: name, resealed: would },
          () =>
            `Would make a new key for ${printable(name)}${would === undefined ? "" : `, and seal ${count(would.files, "file")} there again (${formatBackupSize(would.bytes)})`}. Nothing was changed.`
        )
      }
      const facts = again ? yield* readFacts(settings, vault.id) : undefined
      const goesOn = facts?.resealing === vault.keyring.generation
      const changed = goesOn ? vault : yield* rotate(vault)
      yield* followKeys(cli, changed)
      if (again) yield* noteReseal(settings, changed, false)
      const resealed = again ? yield* cli.work((onProgress) => reseal(changed, { onProgress })) : undefined
      if (resealed?.left === 0) yield* noteReseal(settings, changed, true)
      const { generation } = changed.keyring
      cli.done<Outputs["key-rotate"]>({ vault: name, generation, resealed }, () =>
        [
          goesOn
            ? `Went on with what was begun: ${printable(name)} has had a new key since.`
            : `What is sent to ${printable(name)} from now on has a new key.`,
          ...(resealed === undefined ? [] : resealedText(name, resealed))
        ].join("\n")
      )
      return resealed === undefined || resealed.left === 0 ? ExitCode.done : ExitCode.partial
    })
)
