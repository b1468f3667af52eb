import { or } from "@optique/core/constructs"
import { message } from "@optique/core/message"
import { command } from "@optique/core/primitives"
import { add, edit, pause, remove, resume } from "./ChangeProfile.js"
import { exportProfiles, importProfiles } from "./ExchangeProfiles.js"
import { list, next } from "./ListProfiles.js"
import { run } from "./runCommand.js"

const subcommands = or(
  list,
  next,
  add,
  edit,
  pause,
  resume,
  remove,
  run,
  or(importProfiles, exportProfiles),
  {
    errors: {
      noMatch: message`Say what to do with profiles: list, next, add, edit, pause, resume, remove, run, import or export.`
    }
  }
)

export const schedule = command("schedule", subcommands, {
  brief: message`Backups that happen by themselves: when, where to, how long to keep.`,
  description: message`A profile says when to take backups and what becomes of them. whiteroom daemon runs what is due.`
})
