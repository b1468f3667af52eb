// The bundled program, loaded once for many runs: starting Node and reading the bundle takes ten times as long as most
// commands. Each message is a run in an environment, folder and streams of its own, and is answered by its result.
import { createRequire } from "node:module"
import { Readable, Writable } from "node:stream"
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

process.on("message", async ({ words, env, folder, input, umask }) => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(folder)
  const umaskHere = umask === undefined ? undefined : process.umask(umask)
  process.argv = [process.execPath, program, ...words]
  replace("stdin", Readable.from(input === "" ? [] : [Buffer.from(input)]))
  const stdout = collect("stdout")
  const stderr = collect("stderr")
  const code = await run(words)
  if (umaskHere !== undefined) process.umask(umaskHere)
  // The folder is about to be removed.
  process.chdir("/")
  process.send({ code, stdout: stdout(), stderr: stderr() })
})

process.once("disconnect", () => process.exit())
