// Servers without ours: what the same bytes cost by node:http, by Effect's own trivial route, and what a plain upload takes.
import { createHash, randomUUID } from "node:crypto"
import { createReadStream, createWriteStream, mkdirSync } from "node:fs"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import path from "node:path"
import { pipeline } from "node:stream/promises"

/** Those that the server itself uses. */
const ofServer = createRequire(new URL("../../../apps/server/package.json", import.meta.url))

// They listen for as long as somebody asks them.
process.once("disconnect", () => process.exit(0))

const listening = (server) =>
  new Promise((resolve) => {
    const told = () => resolve(`http://127.0.0.1:${server.address().port}/bytes`)
    if (server.listening) told()
    else server.once("listening", told)
  })

export const bare = ({ text }) => {
  const bytes = Buffer.from(text)
  const head = { "content-type": "application/json", "content-length": bytes.length }
  const server = createServer((_, response) => response.writeHead(200, head).end(bytes))
  server.listen(0, "127.0.0.1")
  return listening(server)
}

export const effect = ({ text }) => {
  const Effect = ofServer("effect/Effect")
  const Layer = ofServer("effect/Layer")
  const HttpLayerRouter = ofServer("@effect/platform/HttpLayerRouter")
  const HttpServerResponse = ofServer("@effect/platform/HttpServerResponse")
  const NodeHttpServer = ofServer("@effect/platform-node/NodeHttpServer")
  const bytes = new TextEncoder().encode(text)
  const answer = HttpServerResponse.uint8Array(bytes, { contentType: "application/json" })
  const server = createServer()
  const app = HttpLayerRouter.serve(HttpLayerRouter.add("GET", "/bytes", answer), {
    ...{ disableLogger: true, disableListenLog: true }
  }).pipe(Layer.provide(NodeHttpServer.layer(() => server, { host: "127.0.0.1", port: 0 })))
  Effect.runFork(Layer.launch(app))
  return listening(server)
}

/** Takes files, hashed as they come, into a folder, and gives the last of them. */
export const store = ({ folder }) => {
  mkdirSync(folder, { recursive: true })
  let last
  const server = createServer(async (request, response) => {
    if (request.method === "GET") return pipeline(createReadStream(last), response)
    const hash = createHash("sha256")
    const file = path.join(folder, randomUUID())
    const hashed = async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    }
    await pipeline(request, hashed, createWriteStream(file))
    last = file
    response.end(hash.digest("hex"))
  })
  server.listen(0, "127.0.0.1")
  return listening(server)
}
