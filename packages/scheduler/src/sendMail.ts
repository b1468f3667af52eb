import { createHash } from "node:crypto"
import { firstLine } from "./firstLine.js"
import { type Mail, parseMailServer } from "./Mail.js"
import { OutsideFailed } from "./OutsideFailed.js"
import { plainText } from "./plainText.js"

/** A letter in plain text. */
export interface Letter {
  readonly subject: string
  readonly text: string
  /** Equal for the same letter: who gets it twice, after an answer that was lost, is shown it once. */
  readonly about: string
}

interface SendOptions {
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: number
  /** A certificate that is believed besides those that the system believes, as PEM. */
  readonly trusted?: string | undefined
}

const passwordOf = ({ user, passwordFile = "" }: Mail): { user: string; pass: string } | undefined => {
  if (user === undefined) return undefined
  const pass = firstLine(passwordFile)
  if (pass !== undefined) return { user, pass }
  throw new OutsideFailed(
    "was not asked: the file of its password is not there, or its first line is not a password"
  )
}

/** Names of songs and devices reach a subject: it is one line, and short. */
const subjectLine = (subject: string): string => plainText(subject.replace(/\s+/g, " "), 160)

const messageOf = async (mail: Mail, letter: Letter, now: number): Promise<Buffer> => {
  const { MailComposer } = await import("./Smtp.js")
  const [first] = mail.to
  const from = mail.from ?? first
  const id = createHash("sha256").update(`${from} ${letter.about}`).digest("hex").slice(0, 32)
  const composer = new MailComposer({
    from: { name: "White Room Backup", address: from },
    to: mail.to.map((address) => ({ name: "", address })),
    subject: subjectLine(letter.subject),
    text: plainText(letter.text, 100_000),
    date: new Date(now),
    messageId: `<${id}@${from.slice(from.lastIndexOf("@") + 1)}>`,
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true
  })
  return await composer.compile().build()
}

const noEncryption = "does not encrypt, or not with a certificate that can be believed, so nothing was said"

/** What is said of each way to fail; what the server said of it is not: that may be anything. */
const reasons: Readonly<Record<string, string>> = {
  EAUTH: "does not take the user and the password",
  ETLS: noEncryption,
  EENVELOPE: "does not take mail from this sender or for these addresses",
  EMESSAGE: "did not take the letter",
  ETIMEDOUT: "did not answer in time",
  EPROTOCOL: "does not answer as a server for mail does"
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "could not be reached"
  if (error instanceof OutsideFailed) return error.message
  const code = "code" in error ? String(error.code) : ""
  const answered =
    "responseCode" in error && typeof error.responseCode === "number" ? ` (${error.responseCode})` : ""
  const reason = reasons[code]
  if (reason !== undefined) return `${reason}${answered}`
  if (/certificate|altnames/i.test(error.message)) return noEncryption
  const [cause] = /\bE[A-Z]{5,20}\b/.exec(error.message) ?? []
  return `could not be reached${cause === undefined ? "" : ` (${cause})`}`
}

const seconds = (count: number) => count * 1000

/** Speaks with the server; gives the addresses that it did not take, of which there are others that it took. */
const speak = async (
  mail: Mail,
  message: Buffer,
  { signal, trusted }: SendOptions
): Promise<ReadonlyArray<string>> => {
  const { SMTPConnection } = await import("./Smtp.js")
  const { host, port, secure, isHere } = parseMailServer(mail.server)
  const login = passwordOf(mail)
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    requireTLS: !secure && !isHere,
    opportunisticTLS: isHere,
    tls: { minVersion: "TLSv1.2", ...(trusted !== undefined && { ca: trusted }) },
    connectionTimeout: seconds(20),
    greetingTimeout: seconds(20),
    socketTimeout: seconds(30),
    dnsTimeout: seconds(20)
  })
  try {
    return await new Promise<ReadonlyArray<string>>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new OutsideFailed("was not waited for")), { once: true })
      connection.once("error", reject)
      connection.once("end", () => reject(new OutsideFailed("hung up")))
      const send = () =>
        connection.send({ from: mail.from ?? mail.to[0], to: [...mail.to] }, message, (error, info) =>
          error ? reject(error) : resolve((info?.rejected ?? []).map(String))
        )
      connection.connect((error) => {
        if (error) reject(error)
        else if (login === undefined) send()
        else connection.login(login, (refused) => (refused ? reject(refused) : send()))
      })
    })
  } finally {
    connection.on("error", () => undefined)
    connection.close()
  }
}

/**
 * Sends a letter to all at once; gives the addresses that the server did not take. Nothing leaves this machine unencrypted.
 * @throws OutsideFailed that says the host, when nobody gets it
 */
export const sendMail = async (
  mail: Mail,
  letter: Letter,
  options: SendOptions
): Promise<ReadonlyArray<string>> => {
  try {
    return await speak(mail, await messageOf(mail, letter, options.now), options)
  } catch (error) {
    throw new OutsideFailed(`${parseMailServer(mail.server).host} ${reasonOf(error)}`)
  }
}
