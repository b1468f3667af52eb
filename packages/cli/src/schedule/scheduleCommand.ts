import { family } from "../command/Define.js"
import { add, edit, pause, remove, resume } from "./ChangeProfile.js"
import { digestCommand } from "./digestCommand.js"
import { exportProfiles, importProfiles } from "./ExchangeProfiles.js"
import { list, next } from "./ListProfiles.js"
import { runCommand } from "./runCommand.js"

export const scheduleCommand = family(
  "schedule",
  {
    brief: "Backups that happen by themselves: when, where to, how long to keep.",
    description:
      "A profile says when to take backups and what becomes of them. whiteroom daemon runs what is due.",
    question: "Say what to do with profiles"
  },
  [list, next, add, edit, pause, resume, remove, runCommand, digestCommand, importProfiles, exportProfiles]
)
