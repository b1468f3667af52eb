/** How a danger is told. */
import { createHash } from "node:crypto"
import { type Letter, plainText } from "@white-room/scheduler"
import type { Alert } from "../control/Alerts.js"

/** What happened, what is unharmed, what to do. */
const texts: Readonly<
  Record<Alert["kind"], { readonly what: string; readonly unharmed: string; readonly advice: string }>
> = {
  disk: {
    what: "The disk of the server is almost full",
    unharmed: "Nothing new is taken (507). What is there is unharmed; reading, restoring and erasing go on.",
    advice: "Make room on the disk, or move the data folder to a larger one."
  },
  mirror: {
    what: "The mirror of the server does not work",
    unharmed: "The server itself is unharmed, and goes on; what came since is there alone.",
    advice: "Look at the place that --mirror names: whether it is there, and has room."
  },
  damage: {
    what: "Damage was found",
    unharmed: "The proof of this night could not bring everything back; what it does not name is unharmed.",
    advice: "On the computer that the library is of: whiteroom repair server."
  },
  loss: {
    what: "Much was deleted at once",
    unharmed: "All of it can be brought back, and for 30 days the server lets go of nothing of it.",
    advice: "Ask whether that was meant. If not: whiteroom undelete, or whiteroom restore."
  },
  audit: {
    what: "The audit log of the server is not as it was written",
    unharmed:
      "Libraries are unharmed: each is proven by itself. Who may do what may have been changed by hand.",
    advice:
      "Look who may write the control database, and at whiteroom server access list. The log as it was is in the mirror: whiteroom server start --data NEW --from PLACE."
  }
}

/** An alert, with what people call the library that it is of. */
/** What to do about one. */
export const adviceOn = (kind: Alert["kind"]): string => texts[kind].advice

export interface NamedAlert extends Alert {
  readonly name: string
}

const whatOf = ({ kind, name }: NamedAlert): string =>
  `${texts[kind].what}${name === "" ? "" : `: ${plainText(name.replace(/\s+/g, " "), 100)}`}`

/** What lasts of the server itself, in a line of the digest. */
export const lastingLine = ({ kind, detail, since }: Alert): string =>
  `Since ${new Date(since).toISOString().slice(0, 10)}: ${texts[kind].what} (${plainText(detail.replace(/\s+/g, " "), 300)}). ${texts[kind].advice}`

/** One letter about everything that was found just now. */
export const alertLetter = (
  alerts: readonly [NamedAlert, ...ReadonlyArray<NamedAlert>],
  server: string
): Letter => {
  const [first, ...others] = alerts
  const keys = alerts.map(({ kind, library, about, since }) => [kind, library, about, since])
  return {
    subject: `${whatOf(first)}${others.length === 0 ? "" : `, and ${others.length} more`}`,
    about: `alert ${server} ${createHash("sha256").update(JSON.stringify(keys)).digest("hex")}`,
    text: [
      `White Room server ${server}`,
      ...alerts.flatMap((alert) => [
        "",
        `${whatOf(alert)}.`,
        ...(alert.library === "" ? [] : [`  Library  ${alert.library}`]),
        `  When     ${new Date(alert.since).toISOString().slice(0, 16).replace("T", " ")} UTC`,
        `  Why      ${plainText(alert.detail.replace(/\s+/g, " "), 600)}`,
        "",
        texts[alert.kind].unharmed,
        texts[alert.kind].advice
      ]),
      "",
      "You are told once of each. What lasts is in the digest.",
      ""
    ].join("\n")
  }
}
