/** The words of `restore`. */
import { object } from "@optique/core/constructs"
import { optional } from "@optique/core/modifiers"
import { atOption, sourceArgument } from "../backup/Source.js"
import { choice, file, flag, many, number, one, oneOr, text } from "../command/Options.js"
import { identityOption } from "../secret/Unlock.js"

const names =
  'An id, a name, the beginning of one, or a pattern such as "Night*"; may be given several times.'

export const restoreOptions = () =>
  object({
    source: optional(sourceArgument()),
    from: one(
      "--from",
      text("PLACE"),
      "Take it out of a vault, by its name or place: SOURCE, --at or the newest backup; or out of a .whiteroom file or a folder of them."
    ),
    identity: identityOption(),
    at: atOption('The state at a time: "2026-11-20 14:30", "yesterday 18:00", "last week", 6pm, 2h.'),
    songs: many("--song", text("SONG"), `Only this song. ${names}`),
    performances: many(
      "--performance",
      text("PERFORMANCE"),
      `Only this performance, with its song if that is missing. ${names}`
    ),
    tags: many("--tag", text("TAG"), "Only performances with this tag."),
    kinds: many(
      "--kind",
      choice(["song", "performance", "preferences"]),
      "Everything of this kind, and nothing else."
    ),
    version: one(
      "--version",
      number("N", 1),
      "Version N of the one song or performance named, as whiteroom history numbers them; needs no source."
    ),
    withPerformances: flag("--with-performances", "Also the performances of the songs named."),
    withoutSong: flag("--without-song", "Performances only, although their song is missing here."),
    preferences: flag("--preferences", "Only the preferences."),
    fields: many(
      "--field",
      text("NAME"),
      "Of the preferences only this field, such as theme or autoSaveEnabled. May be given several times."
    ),
    mode: oneOr(
      "merge",
      "--mode",
      choice(["merge", "exact"]),
      "merge deletes nothing; exact makes the library what the source is."
    ),
    asCopy: flag(
      "--as-copy",
      'Beside what is there: new ids, names such as "Night Drive (b31)". Replaces nothing.'
    ),
    onConflict: one(
      "--on-conflict",
      choice(["keep", "replace", "both", "combine", "ask"]),
      "What happens to what changed after the source. A whole merge asks at a terminal and keeps elsewhere; what is named is replaced. combine takes back the one change and keeps the later ones."
    ),
    parts: many(
      "--part",
      text("PART"),
      'Of the one song or performance named, only this part of what differs: "track Lead", "section Chorus", tempo. The rest stays as it is today, or as --on-conflict says. "track Lead=both" has both side by side, =combine and =keep work too. May be given several times; a name that does not fit is answered with those that do.'
    ),
    savePlan: one("--save-plan", file("FILE"), "With --dry-run: keep the plan in a file, for --plan."),
    plan: one(
      "--plan",
      file("FILE"),
      "Carry out a plan that was kept; exit code 15 when the library changed since."
    ),
    replan: flag("--replan", "With --plan: go on although songs of the plan changed since."),
    device: one(
      "--device",
      text("NAME"),
      "With -l PLACE/LIBRARY: send it to this device. Default: the first one that hears of it."
    ),
    wait: one(
      "--wait",
      number("SECONDS", 1, 86_400),
      "With -l PLACE/LIBRARY: wait so long for the device; exit code 3 when it still waits then, 13 when it did not take it."
    )
  })
