/** A server for mail on this machine: real SMTP, which keeps what it was given. */
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import { SMTPServer, type SMTPServerOptions } from "smtp-server"

interface Taken {
  readonly from: string
  readonly to: ReadonlyArray<string>
  /** The letter as it came, with its headers. */
  readonly text: string
  readonly secure: boolean
  readonly user: string | undefined
}

/** Nobody who speaks with it must say who they are, and it does not encrypt, unless the options say otherwise. */
export const mailServer = (options: SMTPServerOptions = {}) =>
  Effect.gen(function* () {
    const taken: Array<Taken> = []
    const counts = { connections: 0 }
    const server = yield* Effect.acquireRelease(
      Effect.async<SMTPServer>((resume) => {
        const made = new SMTPServer({
          authOptional: true,
          disabledCommands: ["STARTTLS"],
          disableReverseLookup: true,
          closeTimeout: 100,
          logger: false,
          onConnect: (_, done) => {
            counts.connections++
            done()
          },
          onData: (stream, session, done) => {
            let text = ""
            stream.on("data", (chunk) => {
              text += String(chunk)
            })
            stream.on("end", () => {
              const { mailFrom, rcptTo } = session.envelope
              taken.push({
                from: mailFrom === false || mailFrom === undefined ? "" : mailFrom.address,
                to: rcptTo.map(({ address }) => address),
                text,
                secure: session.secure,
                user: typeof session.user === "string" ? session.user : undefined
              })
              done()
            })
          },
          ...options
        })
        made.on("error", () => undefined)
        made.listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
      }),
      (made) => Effect.async<void>((resume) => made.close(() => resume(Effect.void)))
    )
    const { port } = server.server.address() as AddressInfo
    return { taken, counts, port }
  })
