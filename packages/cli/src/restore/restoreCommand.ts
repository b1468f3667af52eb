import { ExitCode } from "@white-room/core"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { refusal } from "../error/CliError.js"
import { openOrMake } from "../library/openOrMake.js"
import { checkWish } from "./checkWish.js"
import { hasNoSource, offerVersions } from "./OfferVersions.js"
import { performPlan } from "./performPlan.js"
import { performRestore } from "./performRestore.js"
import { restoreOptions } from "./restoreOptions.js"
import { sendBack } from "./sendBack.js"

export const restoreCommand = define(
  "restore",
  {
    brief: "Bring back everything, or single songs, as they were.",
    onServer: true,
    description:
      "Shows the plan and asks first, takes a safety backup, restores all or nothing and verifies the result; whiteroom undo takes it back. Songs that are named are replaced; a whole restore in mode merge keeps what changed after the source (exit code 3) and deletes nothing; mode exact makes the library what the source is. Of a library on a server (-l PLACE/LIBRARY) it sends songs back to the device that is its home: as copies, or with --on-conflict replace in the place of what is there, if its owner agrees.",
    examples: [
      ['whiteroom restore b31 --song "Night Drive"', "one song, as it was in b31"],
      ['whiteroom restore --song "Night Drive" --version 3', "a version that whiteroom history lists"],
      [
        'whiteroom restore --at "tuesday 18:00" --song "Night*" --as-copy',
        "several songs as they were then, beside those of today"
      ],
      [
        'whiteroom restore b31 --song "Night Drive" --on-conflict combine',
        "takes back one change of a song and keeps the later ones"
      ],
      [
        'whiteroom restore b31 -l school/jonas --song "Night Drive" --wait 60',
        "sends the song back to the computer of Jonas, as a copy"
      ],
      ["whiteroom restore latest --dry-run", "only says what would be done"],
      ["whiteroom restore latest --from /media/disk --mode exact", "everything, as the copies there have it"]
    ]
  },
  restoreOptions,
  ({ plan, replan, device, wait, ...wish }, cli) =>
    Effect.gen(function* () {
      const { server } = cli
      if (server !== undefined) {
        if (plan !== undefined || replan)
          return yield* refusal("A kept plan is for the library it was made for.", "Leave --plan out.")
        yield* checkWish(cli, wish)
        return yield* sendBack(cli, server, wish, { device, wait })
      }
      if (device !== undefined || wait !== undefined)
        return yield* refusal(
          "--device and --wait are for what is sent to a device.",
          "Name its library with -l PLACE/LIBRARY, or leave them out."
        )
      if (plan === undefined) {
        if (replan) return yield* refusal("--replan goes with --plan.", "See `whiteroom help restore`.")
        if (hasNoSource(wish)) {
          const chosen = yield* offerVersions(cli, wish)
          return chosen === undefined ? ExitCode.done : yield* performRestore(cli, yield* cli.open, chosen)
        }
        yield* checkWish(cli, wish)
        const library = wish.from === undefined ? cli.open : openOrMake(cli)
        return yield* performRestore(cli, yield* library, wish)
      }
      const { source, from, at, version, songs, performances, tags, kinds, preferences } = wish
      const chosen = [...songs, ...performances, ...tags, ...kinds].length > 0 || preferences
      if (chosen || source !== undefined || from !== undefined || at !== undefined || version !== undefined)
        return yield* refusal(
          "A kept plan says itself what is restored.",
          "Name nothing else with --plan, or make a new plan."
        )
      return yield* performPlan(cli, yield* cli.open, plan, replan)
    })
)
