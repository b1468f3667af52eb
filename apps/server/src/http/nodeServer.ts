import * as http from "node:http"
import * as https from "node:https"

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

/**
 * A server of Node that bounds headers, stalls and connections, and that can be closed: connections that are kept for the
 * next request end at once, those in the middle of an answer after it or after `graceMs`.
 */
export const nodeServer = (certificate: Certificate | undefined, graceMs: number): http.Server => {
  const server =
    certificate === undefined
      ? http.createServer(limits)
      : https.createServer({ ...limits, ...certificate, minVersion: "TLSv1.2" })
  server.timeout = 30_000
  server.maxHeadersCount = 64
  server.maxConnections = 2000
  const close = server.close.bind(server)
  let isClosing = false
  server.on("request", (_, response: http.ServerResponse) => {
    response.on("finish", () => {
      if (isClosing) server.closeIdleConnections()
    })
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
