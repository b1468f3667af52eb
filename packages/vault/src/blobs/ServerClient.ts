/**
 * One request to a White Room server and its whole answer, within bounds of time and bytes. Redirects are not followed,
 * nothing is sent again, the token goes out only after the certificate is found to be the right one, and no error holds a
 * token or a text that the server made up.
 */
import { createHash } from "node:crypto"
import type * as http from "node:http"
import * as https from "node:https"
import * as net from "node:net"
import * as tls from "node:tls"
import { errorCode, FileNotVerified, InvalidInput, PlaceUnreachable, release } from "@white-room/core"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { verifiedChunks } from "./BlobSource.js"
import type { BlobSource } from "./Blobs.js"
import { connectionFault, inTime } from "./Exchange.js"
import { eventNames } from "./eventNames.js"
import { agentTo, exchange, type HttpAnswer, hostOf, requestTo } from "./HttpExchange.js"

export interface ServerOptions {
  /** The server: `https://host`, with a path below which it is reached. `http://` is taken of this machine alone. */
  readonly server: string
  /** What lets this device in; without it only that is reached which is open to all. */
  readonly token?: Redacted.Redacted | undefined
  /** SHA-256 of the one certificate that is trusted, in hex; without it those that the system trusts are. */
  readonly certificate?: string | undefined
  /** How long an answer may take, besides a second for every 32 KiB; 30 s by default. */
  readonly patience?: Duration.DurationInput | undefined
}

interface ServerRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE"
  /** Below the address of the server, beginning with `/`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: BlobSource | undefined
  /** The most bytes to read of a good answer. */
  readonly most?: number | undefined
}

export interface ServerClient {
  readonly server: string
  readonly send: (request: ServerRequest) => Effect.Effect<HttpAnswer, PlaceUnreachable | FileNotVerified>
  /**
   * Listens to a stream of events until it ends; `onEvent` hears the name of each, and nothing else of it. False where the server tells
   * nothing there. Fails when the server cannot be reached, and when nothing came for a minute.
   */
  readonly listen: (
    path: string,
    onEvent: (name: string) => void
  ) => Effect.Effect<boolean, PlaceUnreachable | FileNotVerified>
}

/** What errors and listings may weigh: 1,000 of the longest names. */
const textBytes = 2 * 1024 * 1024

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host)

/** @throws InvalidInput when it is not the address of a server */
export const checkedServer = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const wrong = (reason: string) => new InvalidInput({ field: "server", reason })
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw wrong("a server is written https://backup.example")
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw wrong("its address may name a server and a path, nothing else")
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw wrong("http:// would show songs and token to everybody on the way; use https://")
  return url
}

/** Where a library on a server lies: the server, and what it calls the library. */
interface ServerPlace {
  readonly server: string
  readonly library: string
}

/** The parts of `https://host/LIBRARY`. @throws InvalidInput */
export const serverPlace = (place: string): ServerPlace => {
  const url = checkedServer(place)
  const [, path = "", library] = /^(.*)\/([a-z0-9][a-z0-9-]{0,62})\/?$/.exec(url.pathname) ?? []
  if (library === undefined)
    throw new InvalidInput({ field: place, reason: "a library on a server is written https://host/LIBRARY" })
  return { server: `${url.origin}${path}`, library }
}

/** Thrown when the other side shows another certificate than the one that was pinned. */
class WrongCertificate extends Error {
  readonly code = "PINNED"
}

const networkFault = (place: string, error: unknown): PlaceUnreachable | FileNotVerified => {
  if (error instanceof FileNotVerified) return error
  const code = errorCode(error)
  if (code === "PINNED")
    return new PlaceUnreachable({
      place,
      reason: "it shows another certificate than the one it was connected with: it may be another server",
      retryable: false,
      advice:
        "Ask who runs the server. If it has a new certificate, a new link tells it: whiteroom connect 'LINK'."
    })
  const isCertificate = /CERT|ERR_TLS|ERR_SSL|EPROTO|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET/.test(code)
  return connectionFault(place, code, isCertificate)
}

/** Connections on which nothing is said before the certificate was compared. */
const pinnedAgent = (sha256: string): https.Agent => {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 4 })
  agent.createConnection = (options, done) => {
    const host = options.host ?? ""
    const socket = tls.connect({
      host,
      port: Number(options.port ?? 443),
      ...(net.isIP(host) === 0 && { servername: host }),
      // What it shows is compared below; no authority has to know it.
      rejectUnauthorized: false
    })
    socket.once("error", (error) => done?.(error, socket))
    socket.once("secureConnect", () => {
      const { raw } = socket.getPeerCertificate()
      const shown = createHash("sha256").update(raw).digest("hex")
      if (shown === sha256) done?.(null, socket)
      else socket.destroy(new WrongCertificate("another certificate"))
    })
    return null
  }
  return agent
}

/** A stream says at least every 20 seconds that it still listens. */
const silence = 60_000

/** @throws InvalidInput when the server or the certificate is not written as one */
export const serverClient = (options: ServerOptions): ServerClient => {
  const { token, certificate, patience = "30 seconds" } = options
  const url = checkedServer(options.server)
  if (certificate !== undefined && !/^[0-9a-f]{64}$/.test(certificate))
    throw new InvalidInput({ field: "certificate", reason: "it is not a SHA-256 in hex" })
  const agent =
    url.protocol === "https:" && certificate !== undefined
      ? pinnedAgent(certificate)
      : agentTo(url, { maxSockets: 4 })
  const base = url.pathname.replace(/\/+$/, "")
  const server = `${url.origin}${base}`
  const make = requestTo(url)

  const begin = ({ method, path, headers, body }: ServerRequest, accept: string, signal: AbortSignal) =>
    make({
      host: hostOf(url),
      port: url.port === "" ? undefined : Number(url.port),
      path: `${base}${path}`,
      method,
      agent,
      signal,
      maxHeaderSize: 16 * 1024,
      headers: {
        ...headers,
        accept,
        "accept-encoding": "identity",
        "whiteroom-client": `${release.version} ${release.day}`,
        ...(token === undefined ? {} : { authorization: `Bearer ${Redacted.value(token)}` }),
        ...(body === undefined ? {} : { "content-length": String(body.bytes) })
      }
    })

  const ask = (request: ServerRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const { path, body, most = textBytes } = request
    const accept = "application/json, application/problem+json, application/octet-stream"
    const sent = begin(request, accept, signal)
    const chunks = body && verifiedChunks(path, body)
    return exchange(sent, chunks, (status) => ({ most: status < 300 ? most : textBytes }), signal)
  }

  const hear = async (path: string, onEvent: (name: string) => void, signal: AbortSignal) => {
    const sent = begin({ method: "GET", path }, "text/event-stream", signal)
    sent.setTimeout(silence, () => sent.destroy(new Error("nothing came")))
    try {
      const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
        sent.once("response", resolve)
        sent.on("error", reject)
        sent.end()
      })
      const isStream = /^text\/event-stream\b/.test(answer.headers["content-type"] ?? "")
      if (answer.statusCode !== 200 || !isStream) return (answer.statusCode ?? 0) >= 500
      for await (const name of eventNames(answer)) onEvent(name)
      return true
    } finally {
      sent.destroy()
    }
  }

  return {
    server,
    listen: (path, onEvent) =>
      Effect.tryPromise({
        try: (signal) => hear(path, onEvent, signal),
        catch: (error) => networkFault(server, error)
      }),
    send: (request) => {
      const bytes = (request.body?.bytes ?? 0) + (request.most ?? 0)
      const answer = Effect.tryPromise({
        try: (signal) => ask(request, signal),
        catch: (error) => networkFault(server, error)
      })
      return inTime(server, patience, bytes, answer)
    }
  }
}
