// Starts sides as processes, and programs beside them; remembers how much memory ours needed.
import { fork, spawn } from "node:child_process"

const workerFile = new URL("worker.mjs", import.meta.url)

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null

/** Calls a function of a side. Fails when it does, and when the side ends or has ended. */
const ask = (child, question) =>
  new Promise((resolve, reject) => {
    const onMessage = (message) => {
      child.off("exit", onExit)
      if (message.error === undefined) resolve(message)
      else reject(new Error(message.error))
    }
    const onExit = () => {
      child.off("message", onMessage)
      reject(new Error(`a side ended early (${child.signalCode ?? child.exitCode})`))
    }
    if (hasEnded(child)) return onExit()
    child.once("message", onMessage)
    child.once("exit", onExit)
    child.send(question, (error) => error && reject(error))
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
        const { result, peakBytes } = await ask(child, { task, options })
        if (scenario !== undefined) this.notePeak(scenario, peakBytes)
        return result
      },
      end: () =>
        new Promise((resolve) => {
          this.#running.delete(child)
          if (hasEnded(child)) return resolve()
          child.once("exit", () => resolve())
          child.disconnect()
        })
    }
  }

  endAll() {
    for (const child of this.#running) child.kill()
    this.#running.clear()
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
