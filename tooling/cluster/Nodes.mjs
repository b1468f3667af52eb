// Nodes of a cluster, each the command a person would type, and a proxy before them that knows only which of them answers.
import { spawn } from "node:child_process"
import { mkdirSync } from "node:fs"
import { connect, createServer } from "node:net"
import path from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const whiteroom = fileURLToPath(new URL("../../packages/cli/dist/whiteroom.mjs", import.meta.url))

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** `whiteroom server start` as a node; resolves when it listens. */
export const startNode = async (name, folder, env) => {
  const data = path.join(folder, name)
  mkdirSync(data, { recursive: true })
  const args = [whiteroom, "server", "start", "--json", "--listen", "127.0.0.1:0", "--data", data]
  const settings = { XDG_CONFIG_HOME: path.join(folder, "config"), CLUSTER: `127.0.0.1:${await freePort()}` }
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: folder, ...env, ...settings }
  })
  const lines = []
  const ended = new Promise((resolve) => child.once("exit", resolve))
  child.stderr.on("data", (text) => lines.push(String(text)))
  const begun = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line)
      if (lines.length > 1000) lines.shift()
      if (line.includes('"event":"listening"')) resolve(JSON.parse(line))
    })
    ended.then((code) => reject(new Error(`${name} ended with ${code}:\n${lines.join("\n")}`)))
  })
  return {
    ...{ name, child, lines, ended, address: begun.address, signIn: begun.signIn },
    end: (signal) => {
      child.kill(signal)
      return ended
    }
  }
}

/** One address for all nodes: each connection goes to the next of them, or to another when that one does not take it. */
export const startProxy = async (nodes) => {
  let turn = 0
  const sockets = new Set()
  const server = createServer((client) => {
    sockets.add(client)
    client.on("error", () => {})
    client.once("close", () => sockets.delete(client))
    const attempt = (left) => {
      if (left === 0) return client.destroy()
      const { hostname, port } = new URL(nodes[turn++ % nodes.length].address)
      const upstream = connect(Number(port), hostname)
      let isOpen = false
      upstream.once("connect", () => {
        isOpen = true
        client.pipe(upstream).pipe(client)
      })
      upstream.on("error", () => (isOpen ? client.destroy() : attempt(left - 1)))
      upstream.once("close", () => isOpen && client.destroy())
      client.once("close", () => upstream.destroy())
    }
    attempt(nodes.length)
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  }
}
