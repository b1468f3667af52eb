import * as http from "node:http"
import * as https from "node:https"
import type { Duplex } from "node:stream"
import { errorCode } from "@white-room/core"
import { problem, problemContent } from "../api/Problem.js"
import { hurry } from "./Bodies.js"

export interface Certificate {
  readonly cert: string
  readonly key: string
}

const limits: http.ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5000,
  // Uploads take as long as they take: what stalls, or is too slow, is ended.
  requestTimeout: 0,
  connectionsCheckingInterval: 500,
  insecureHTTPParser: false
}

/** How long somebody may take to read why they were refused. */
const lingerMs = 1000

/** What is answered to bytes that are not a request, by Node itself: a problem like every other. */
const refusal = (error: Error): string => {
  const isLarge = errorCode(error) === "HPE_HEADER_OVERFLOW"
  const body = problem(isLarge ? "HeadersTooLarge" : "InvalidRequest")
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${body.status} ${body.title}`,
    ...["Connection: close", "X-Content-Type-Options: nosniff", "Cache-Control: no-store"],
    ...[`Content-Type: ${problemContent}`, `Content-Length: ${Buffer.byteLength(text)}`]
  ]
  return `${head.join("\r\n")}\r\n\r\n${text}`
}

/**
 * A server of Node that bounds headers, stalls and connections, and that can be closed: connections that are kept for the
 * next request end at once, those in the middle of an answer after it or after `graceMs`. A connection on which nothing moves
 * for `stallMs`, either way, is ended, and so is one whose small body is not whole by then.
 */
export const nodeServer = (
  certificate: Certificate | undefined,
  graceMs: number,
  stallMs: number
): http.Server => {
  const server =
    certificate === undefined
      ? http.createServer(limits)
      : https.createServer({ ...limits, ...certificate, minVersion: "TLSv1.2" })
  server.timeout = stallMs
  server.maxHeadersCount = 64
  server.maxConnections = 2000
  const close = server.close.bind(server)
  let isClosing = false
  /** Connections in the middle of an answer: nothing else may be written there. */
  const answering = new WeakSet<Duplex>()
  server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
    const { socket } = request
    // Several listen to how it ends, and so does what is piped into it: ten are no leak.
    response.setMaxListeners(20)
    hurry(request, response, stallMs)
    answering.add(socket)
    response.on("close", () => answering.delete(socket))
    response.on("finish", () => {
      if (isClosing) server.closeIdleConnections()
    })
  })
  server.on("clientError", (error: Error, socket: Duplex) => {
    if (!socket.writable || answering.has(socket)) return void socket.destroy()
    socket.end(refusal(error))
    // It was told to go: who does not is let go. Else it is held for nothing, and for ever by who sends a byte now and then.
    setTimeout(() => socket.destroy(), lingerMs).unref()
  })
  server.close = (done) => {
    isClosing = true
    close(done)
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), graceMs).unref()
    return server
  }
  return server
}
