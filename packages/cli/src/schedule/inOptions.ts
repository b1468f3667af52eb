import { InvalidInput } from "@white-room/core"

/** Options, by what a fault of a profile calls its field. */
const optionOf: Readonly<Record<string, string>> = {
  ...{ when: "--when", zone: "--zone", quiet: "--quiet-time", "catch up": "--catch-up", places: "--to" },
  ...{ "on battery": "--on-battery", "on metered": "--on-metered", kinds: "--kind", tags: "--tag" },
  ...{ description: "--description", "stale after hours": "--stale-after", heartbeat: "--heartbeat" },
  ...{ webhook: "--webhook", "webhook key": "--webhook-key", "drill when": "--drill", "mail to": "--mail" },
  ...{ "mail server": "--mail-server", "mail from": "--mail-from", "mail user": "--mail-user" },
  ...{
    "mail password file": "--mail-password-file",
    "mail digest": "--digest",
    "keep within days": "--keep-within"
  },
  ...{ "keep last": "--keep-last", "keep hourly": "--keep-hourly", "keep daily": "--keep-daily" },
  ...{ "keep weekly": "--keep-weekly", "keep monthly": "--keep-monthly", "keep yearly": "--keep-yearly" }
}

/** `catchUp` as `catch up`, and `when (1)` as `when`. */
const plain = (field: string): string =>
  field.replace(/ \(\d+\)/g, "").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/**
 * What is wrong with a profile, said of the option that somebody wrote and not of the field that it became. What no option says
 * stays as it is.
 */
export const inOptions = (error: InvalidInput): InvalidInput => {
  if (error.field !== "profile") return error
  const [first = "", ...others] = error.reason.split(/; (?=[a-z][A-Za-z ]*(?: \(\d+\))?: )/).map((fault) => {
    const [, field = "", rest = ""] =
      /^([a-z][A-Za-z ]*(?: \(\d+\))?(?: [a-z][A-Za-z]*)*): (.*)$/s.exec(fault) ?? []
    const option = optionOf[plain(field)]
    return option === undefined ? fault : `${option}: ${rest}`
  })
  const [, option, reason] = /^(--[a-z-]+): (.*)$/s.exec(first) ?? []
  return option === undefined || reason === undefined
    ? new InvalidInput({ field: error.field, reason: [first, ...others].join("; ") })
    : new InvalidInput({ field: option, reason: [reason, ...others].join("; ") })
}
