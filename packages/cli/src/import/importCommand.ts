import { merge, object } from "@optique/core/constructs"
import { define } from "../command/Define.js"
import { choice, file, flag, many, one, some, text } from "../command/Options.js"
import { passphraseOptions } from "../secret/Passphrase.js"
import { importFiles } from "./importFiles.js"

export const importCommand = define(
  "import",
  {
    brief: "Bring in old exports, bundles, databases, folders of songs.",
    description:
      "Each file is recognised by what it holds, not by its name: exports of White Room on the desk and on iOS, files of single songs, performances and preferences, bundles (.whiteroom), databases of the app, other libraries, and any of these encrypted with age. What is newest in them is merged into the library; what differs from a song that is here is asked about at a terminal and kept as it is elsewhere (exit code 3). Backups in them become backups here. One bad file never stops the rest, the same file twice changes nothing, and whiteroom undo takes an import back.",
    examples: [
      ["whiteroom import whiteroom_backup_2025-03-01_120000.json", "an old export"],
      ["whiteroom import ~/Songs --dry-run", "only says what a folder would bring"],
      [
        'whiteroom import old.db --song "Night Drive"',
        "one song out of an old database, in place of today's"
      ],
      ["whiteroom import phone.json --on-conflict both", "keeps yours and adds the phone's beside it"],
      ["whiteroom import backup.json.age --passphrase-command 'pass show white-room'", "an encrypted file"]
    ]
  },
  () =>
    merge(
      object({
        paths: some(file("FILE|DIR"), "A file, a folder of them, or one with a vault."),
        onConflict: one(
          "--on-conflict",
          choice(["keep", "replace", "both", "combine", "ask"]),
          "What happens to a song that is another one here: keep yours, replace it, keep both, or combine them where both come from one version."
        ),
        songs: many(
          "--song",
          text("SONG"),
          'Only this song: an id, a name, or a pattern such as "Night*". It replaces the one here. May be given several times.'
        ),
        performances: many(
          "--performance",
          text("PERFORMANCE"),
          "Only this performance, with its song if that is missing."
        ),
        onlyBackups: flag("--only-backups", "Take the backups, and leave the songs of today as they are."),
        noBackups: flag("--no-backups", "Merge, and take no backups."),
        identities: many(
          ["-i", "--identity"],
          file("FILE"),
          "Your age identity file, for what was encrypted for you."
        )
      }),
      passphraseOptions()
    ),
  (wish, cli) => importFiles(cli, wish)
)
