// Starts sides as processes, and programs beside them; remembers how much memory ours needed.
import { fork, spawn } from "node:child_process"

const workerFile = new URL("worker.mjs", import.meta.url)

const receive = (child) =>
  new Promise((resolve, reject) => {
    const onMessage = (message) => {
      child.off("exit", onExit)
      if (message.error === undefined) resolve(message)
      else reject(new Error(message.error))
    }
    const onExit = (code, signal) => {
      child.off("message", onMessage)
      reject(new Error(`a side ended early (${signal ?? code})`))
    }
    child.once("message", onMessage)
    child.once("exit", onExit)
  })

export class Workers {
  #running = new Set()
  /** Most resident bytes of each of our processes, by scenario. */
  peaks = new Map()

  notePeak(scenario, bytes) {
    this.peaks.set(scenario, Math.max(bytes, this.peaks.get(scenario) ?? 0))
  }

  /** Calls of a side's functions; `scenario` names whose memory it is, and is absent for baselines. */
  start(side, scenario) {
    const child = fork(workerFile, [new URL(`sides/${side}.mjs`, import.meta.url).href], { stdio: "inherit" })
    this.#running.add(child)
    return {
      call: async (task, options = {}) => {
        const answer = receive(child)
        child.send({ task, options })
        const { result, peakBytes } = await answer
        if (scenario !== undefined) this.notePeak(scenario, peakBytes)
        return result
      },
      end: () =>
        new Promise((resolve) => {
          child.once("exit", resolve)
          child.disconnect()
          this.#running.delete(child)
        })
    }
  }

  endAll() {
    for (const child of this.#running) child.kill()
  }
}

/** Runs a program to its end. Gives the milliseconds it took and what it printed. */
export const runProgram = (program, args, options = {}) =>
  new Promise((resolve, reject) => {
    const from = performance.now()
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options })
    const output = []
    const errors = []
    child.stdout.on("data", (chunk) => output.push(chunk))
    child.stderr.on("data", (chunk) => errors.push(chunk))
    child.once("error", reject)
    child.once("close", (code) => {
      const ms = performance.now() - from
      if (code === 0) resolve({ ms, output: Buffer.concat(output).toString() })
      else reject(new Error(`${program} ${args.join(" ")} ended with ${code}: ${Buffer.concat(errors)}`))
    })
  })
