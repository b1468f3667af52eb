import { object } from "@optique/core/constructs"
import { define } from "../command/Define.js"
import { showStatus } from "./showStatus.js"

export const statusCommand = define(
  "status",
  {
    brief: "Am I safe? One screen.",
    onServer: true,
    description:
      "Exit code 5 when there is no backup that is up to date, or no copy outside the library that is and can be reached; when a check found damage, a profile had no good run for too long, or a drill failed."
  },
  () => object({}),
  (_, cli) => showStatus(cli)
)
