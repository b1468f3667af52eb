// Our server as a process of its own, which does not outlive the bench: not even one that was killed.
import { spawn } from "node:child_process"

let server

process.once("disconnect", () => {
  server?.kill("SIGKILL")
  process.exit(0)
})

/** Starts it, and gives what it says when it listens. What it logs is read and thrown away, as a service manager would read it. */
export const start = ({ program, words }) =>
  new Promise((resolve, reject) => {
    const from = performance.now()
    server = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "inherit"] })
    let text = ""
    let line
    server.once("exit", () => reject(new Error("the server ended before it listened")))
    server.stdout.setEncoding("utf8").on("data", (part) => {
      if (line !== undefined) return
      text += part
      if (!text.includes("\n")) return
      line = JSON.parse(text.slice(0, text.indexOf("\n")))
      resolve({ ...line, pid: server.pid, startedMs: performance.now() - from })
    })
  })

export const stop = () =>
  new Promise((resolve) => {
    server.once("exit", () => resolve())
    server.kill("SIGTERM")
  })
