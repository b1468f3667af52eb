/** The words of `restore`. */
import { object } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { multiple, optional, withDefault } from "@optique/core/modifiers"
import { option } from "@optique/core/primitives"
import { choice, integer, string } from "@optique/core/valueparser"
import { path } from "@optique/run/valueparser"
import { atOption, sourceArgument } from "../backup/Source.js"

const names = message`An id, a name, the beginning of one, or a pattern such as "Night*"; may be given several times.`

export const restoreOptions = object({
  source: optional(sourceArgument()),
  from: optional(
    option("--from", path({ metavar: "PLACE" }), {
      description: message`Take the backup out of a .whiteroom file, or of a folder that whiteroom backup --to wrote to: SOURCE, or the newest.`
    })
  ),
  at: atOption('The state at a time: "2026-11-20 14:30", "yesterday 18:00", "2 hours ago".'),
  songs: multiple(
    option("--song", string({ metavar: "SONG" }), { description: message`Only this song. ${names}` })
  ),
  performances: multiple(
    option("--performance", string({ metavar: "PERFORMANCE" }), {
      description: message`Only this performance, with its song if that is missing. ${names}`
    })
  ),
  tags: multiple(
    option("--tag", string({ metavar: "TAG" }), { description: message`Only performances with this tag.` })
  ),
  kinds: multiple(
    option("--kind", choice(["song", "performance", "preferences"]), {
      description: message`Everything of this kind, and nothing else.`
    })
  ),
  version: optional(
    option("--version", integer({ min: 1, metavar: "N" }), {
      description: message`Version N of the one song or performance named, as whiteroom history numbers them; needs no source.`
    })
  ),
  withPerformances: option("--with-performances", {
    description: message`Also the performances of the songs named.`
  }),
  withoutSong: option("--without-song", {
    description: message`Performances only, although their song is missing here.`
  }),
  preferences: option("--preferences", { description: message`Only the preferences.` }),
  fields: multiple(
    option("--field", string({ metavar: "NAME" }), {
      description: message`Of the preferences only this field, such as theme or autoSaveEnabled. May be given several times.`
    })
  ),
  mode: withDefault(
    option("--mode", choice(["merge", "exact"]), {
      description: message`merge deletes nothing; exact makes the library what the source is.`
    }),
    "merge"
  ),
  asCopy: option("--as-copy", {
    description: message`Beside what is there: new ids, names such as "Night Drive (b31)". Replaces nothing.`
  }),
  onConflict: optional(
    option("--on-conflict", choice(["keep", "replace", "both", "combine", "ask"]), {
      description: message`What happens to what changed after the source. A whole merge asks at a terminal and keeps elsewhere; what is named is replaced. combine takes back the one change and keeps the later ones.`
    })
  ),
  savePlan: optional(
    option("--save-plan", path({ metavar: "FILE" }), {
      description: message`With --dry-run: keep the plan in a file, for --plan.`
    })
  ),
  plan: optional(
    option("--plan", path({ metavar: "FILE" }), {
      description: message`Carry out a plan that was kept; exit code 15 when the library changed since.`
    })
  ),
  replan: option("--replan", {
    description: message`With --plan: go on although songs of the plan changed since.`
  })
})
