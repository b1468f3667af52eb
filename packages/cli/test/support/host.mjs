// The bundled program, loaded once for many runs: starting Node and reading the bundle takes ten times as long as most
// commands. Each message is a run in an environment, folder and streams of its own, and is answered by its result; one
// in the terminal that this was started in ends with its code there.
import { execFileSync } from "node:child_process"
import { openSync, writeSync } from "node:fs"
import { createRequire } from "node:module"
import { Readable, Writable } from "node:stream"
import { ReadStream, WriteStream } from "node:tty"
import { fileURLToPath } from "node:url"

const bundle = new URL("../../dist/program.cjs", import.meta.url)
const program = fileURLToPath(new URL("whiteroom.mjs", bundle))
const { run } = createRequire(import.meta.url)(fileURLToPath(bundle))

const replace = (name, stream) => Object.defineProperty(process, name, { value: stream, configurable: true })

/** In place of stdout or stderr: what is written becomes text. */
const collect = (name) => {
  const chunks = []
  const write = (chunk, _, done) => {
    chunks.push(chunk)
    done()
  }
  replace(name, new Writable({ write }))
  return () => Buffer.concat(chunks).toString()
}

/** The streams of a run in the terminal, of this size; gives what ends them. */
const inTerminal = (size) => {
  execFileSync("stty", size, { stdio: ["inherit", "ignore", "inherit"] })
  const streams = {
    stdin: new ReadStream(openSync("/dev/tty", "r")),
    stdout: new WriteStream(openSync("/dev/tty", "w")),
    stderr: new WriteStream(openSync("/dev/tty", "w"))
  }
  for (const [name, stream] of Object.entries(streams)) replace(name, stream)
  return () => {
    for (const stream of Object.values(streams)) stream.destroy()
  }
}

process.on("message", async ({ words, env, folder, input = "", umask, size }) => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(folder)
  const umaskHere = umask === undefined ? undefined : process.umask(umask)
  process.argv = [process.execPath, program, ...words]
  const end = size && inTerminal(size)
  if (size === undefined) replace("stdin", Readable.from(input === "" ? [] : [Buffer.from(input)]))
  const [stdout, stderr] = size === undefined ? [collect("stdout"), collect("stderr")] : []
  const code = await run(words)
  if (umaskHere !== undefined) process.umask(umaskHere)
  // The folder is about to be removed.
  process.chdir("/")
  if (size === undefined) return process.send({ code, stdout: stdout(), stderr: stderr() })
  end()
  writeSync(1, `\0${code}\0`)
})

process.once("disconnect", () => process.exit())
