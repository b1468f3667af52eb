/**
 * Mail of a profile: whom it goes to, and the server that takes it. No password stands in it: that is the first line of a
 * file, read when a letter is sent.
 */
import { isIP } from "node:net"
import { InvalidInput } from "@white-room/core"
import * as Schema from "effect/Schema"
import { parseRule } from "./calendar/parseRule.js"
import { brief, optional, readBy, unsaid, WholePath, withDefault } from "./Fields.js"

/** Plain addresses: what else the standard allows, nobody has. Nothing in one begins another header or another command. */
const addressForm = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/

const MailAddress = Schema.String.pipe(
  Schema.filter(
    (text) => (addressForm.test(text) ? undefined : "it must be an address such as ada@example.com"),
    unsaid
  )
)

/** A server that takes mail, and how it is spoken to. */
export interface MailServer {
  readonly host: string
  readonly port: number
  /** Encrypted from the first byte; otherwise it is asked to encrypt before anything is said. */
  readonly secure: boolean
  /** On this machine: nobody listens in between, so it need not be encrypted. */
  readonly isHere: boolean
}

const serverFault =
  "it must be a server such as smtps://mail.example.com or smtp://mail.example.com:587, without a password"

/** Reads the address of a server. @throws InvalidInput that repeats nothing of it */
export const parseMailServer = (text: string): MailServer => {
  const fault = () => new InvalidInput({ field: "mail server", reason: serverFault })
  if (text.length > 300 || !/^smtps?:\/\/[^\s\p{Cc}]+$/iu.test(text) || !URL.canParse(text)) throw fault()
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text)
  const host = hostname.replace(/^\[(.*)\]$/, "$1")
  const isHost = isIP(host) !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host)
  const isBare = username === "" && password === "" && search === "" && hash === "" && /^\/?$/.test(pathname)
  if (!isHost || !isBare) throw fault()
  const secure = protocol === "smtps:"
  return {
    host,
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    isHere: host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."))
  }
}

const Server = Schema.String.pipe(
  Schema.filter((text) => {
    try {
      return parseMailServer(text).host === "" ? serverFault : undefined
    } catch {
      return serverFault
    }
  }, unsaid)
)

export const Mail = Schema.Struct({
  /** Who gets a letter when a run fails, when none happens, and every week. */
  to: Schema.NonEmptyArray(MailAddress).pipe(Schema.maxItems(10)),
  /** `smtps://host` is encrypted from the beginning; `smtp://host:587` is asked to encrypt, and gets nothing when it does not. */
  server: Server,
  /** Whom the letters are from. Default: the first who gets them. */
  from: optional(MailAddress),
  /** Who says that we may send. */
  user: optional(brief.pipe(Schema.minLength(1), Schema.pattern(/^[^\p{Cc}]*$/u, unsaid))),
  /** A file whose first line is the password. */
  passwordFile: optional(WholePath),
  /** When the week is told: a rule as in `when`, or `off`. */
  digest: withDefault(
    readBy((text) => text === "off" || parseRule(text)),
    () => "mondays 8:00"
  )
}).pipe(
  Schema.filter(
    ({ user, passwordFile }) =>
      (user === undefined) === (passwordFile === undefined)
        ? undefined
        : "it must have both user and passwordFile, or neither",
    unsaid
  )
)
export type Mail = typeof Mail.Type

/** All that may be said of a server. */
export const mailHost = ({ server }: Pick<Mail, "server">): string => {
  try {
    return parseMailServer(server).host
  } catch {
    return "a server that cannot be read"
  }
}
