/** `setup`: one question, and everything is protected. Bare `whiteroom` asks it too, where there is no library yet. */

import { resolve } from "node:path"
import { merge, object } from "@optique/core/constructs"
import { isRemote } from "@white-room/core"
import * as Effect from "effect/Effect"
import { define } from "../command/Define.js"
import { file, flag, many, one, text } from "../command/Options.js"
import { notConfirmed } from "../error/CliError.js"
import { passphraseOptions } from "../secret/Passphrase.js"
import { findOut } from "./Found.js"

import { setUp } from "./setUp.js"
export const setupCommand = define(
  "setup",
  {
    brief: "Protect everything, after one question.",
    description:
      "Finds the songs, a disk or synced folder for copies, and a library that was kept there before. Then it adopts or makes the library, takes a backup, sends it to the place, reads a song back from there, adds profiles for every hour and every evening, and has your system start the daemon. Says what it did, and how each step is taken back. It can be run again: what is done already stays.",
    examples: [
      ["whiteroom setup", "asks once"],
      ["whiteroom setup --yes --place /media/studio-ssd", "for scripts"],
      [
        "whiteroom setup --place 'https://backup.example/join#ABCD-EFGH-JKMN'",
        "with a server that one was invited to"
      ],
      ["whiteroom setup --yes --from school.json", "for many computers alike"]
    ]
  },
  () =>
    merge(
      object({
        places: many(
          "--place",
          text("PLACE"),
          "Where copies go: a folder on another disk, a synced folder, s3://bucket/prefix, or the link of an invitation to a server, in quotes. Default: what is found."
        ),
        onlyHere: flag("--only-here", "No copies elsewhere for now."),
        noService: flag("--no-service", "Do not have the system start the daemon."),
        from: one("--from", file("FILE"), "Places and times from a JSON file, for many computers alike.")
      }),
      passphraseOptions()
    ),
  ({ places, ...wish }, cli) =>
    Effect.gen(function* () {
      if (!cli.interactive && !cli.yes && !cli.dryRun)
        return yield* notConfirmed(
          "Setting up must be confirmed.",
          "Run it again in a terminal, or with --yes."
        )
      const named = places.map((place) => (isRemote(place) ? place : resolve(place)))
      const code = yield* setUp(cli, yield* findOut(cli), { ...wish, places: named })
      return code ?? (yield* notConfirmed("Setting up was not confirmed.", "Run it again when you like."))
    })
)
