// Bundles the CLI and everything it needs into one file, dist/program.cjs; only SQLite's native driver stays outside.
// dist/whiteroom.mjs, a few lines, runs it (src/main.ts). Publishes the shapes of its JSON in dist/schemas.
// The type check runs before this (see the `build` script).
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const { version } = JSON.parse(readFileSync("package.json", "utf8"))

// esbuild hoists static imports of external modules to the top of a bundle, also those of lazily imported parts.
// Behind `require` the native driver is loaded when the first module that needs it runs, not by `help`.
const lazyDriver = {
  name: "lazy-driver",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^better-sqlite3$/ }, ({ namespace, path }) =>
      namespace === "lazy" ? { path, external: true } : { path, namespace: "lazy" }
    )
    onLoad({ filter: /.*/, namespace: "lazy" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`
    }))
  }
}

// What most commands do without, and takes long to begin: parts of Node and of ICU, errors (each class takes half a millisecond), keys
// of age of other kinds than ours, and the shapes of what is printed and sent. Each is there when something of it is used for the first time.
const seldomUsed = [
  /^\.\/displaywidth\.js$/,
  /^@noble\/(?:curves\/nist|post-quantum\/hybrid)\.js$/,
  /^node:(?:child_process|http|https|readline|tls|worker_threads)$/,
  /[\\/]core[\\/]dist[\\/](?:errors[\\/]\w*Error|output[\\/](?:Backup|Concern|Entity|History|Restore|Status))\.js$/,
  /[\\/]vault[\\/]dist[\\/]ServerRestores\.js$/
]

const exportsOf = async (file) => {
  if (isBuiltin(file)) return Object.keys(await import(file))
  const { metafile } = await build({ entryPoints: [file], write: false, metafile: true, outdir: "." })
  return Object.values(metafile.outputs)[0].exports
}

const onFirstUse = {
  name: "on-first-use",
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /./ }, async ({ path: name, pluginData, namespace, ...from }) => {
      const file = path.join(from.resolveDir, name)
      if (pluginData === "used" || namespace === "on-first-use") return undefined
      if (!seldomUsed.some((each) => each.test(name) || each.test(file))) return undefined
      const found = await resolve(name, { ...from, pluginData: "used" })
      return { path: found.path, namespace: "on-first-use" }
    })
    onLoad({ filter: /./, namespace: "on-first-use" }, async ({ path }) => ({
      contents: (await exportsOf(path))
        .filter((name) => name !== "default")
        .map(
          (name) =>
            `Object.defineProperty(exports, "${name}", { enumerable: true, get: () => require(${JSON.stringify(path)}).${name} })`
        )
        .join("\n"),
      resolveDir: "."
    }))
  }
}

// Requests of S3 are signed with the headers of fetch, with which Node would load all of that. A map does as well.
const plainHeaders = {
  name: "plain-headers",
  setup({ onLoad }) {
    onLoad({ filter: /aws4fetch[\\/]dist[\\/]aws4fetch\.esm\.m?js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, "utf8").replace("this.headers = new Headers(headers || {})", "this.headers = new PlainHeaders(headers)")}
        class PlainHeaders extends Map {
          constructor(headers) { super(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) }
          has(name) { return super.has(name.toLowerCase()) }
          get(name) { return super.get(name.toLowerCase()) }
          set(name, value) { return super.set(name.toLowerCase(), value) }
          delete(name) { return super.delete(name.toLowerCase()) }
        }`
    }))
  }
}

// The server is a bundle of its own: whoever does not run one neither reads nor compiles it. Who does, runs its compiled form.
const ownServer = {
  name: "own-server",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@white-room\/server$/ }, ({ path }) => ({ path, namespace: "own-server" }))
    onLoad({ filter: /.*/, namespace: "own-server" }, () => ({
      contents: `
        const { loadCompiled } = require("./src/loadCompiled.js")
        const file = require("node:path").join(__filename, "..", "server.cjs")
        const { exports, keep } = loadCompiled(file, process.env, "server-bundle")
        process.once("exit", keep)
        module.exports = exports`,
      resolveDir: "."
    }))
  }
}

// So is what speaks SMTP, which only a daemon that mails reads.
const ownMail = {
  name: "own-mail",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/Smtp\.js$/ }, ({ path }) => ({ path, namespace: "own-mail" }))
    onResolve({ filter: /^\.\/mail\.cjs$/, namespace: "own-mail" }, ({ path }) => ({ path, external: true }))
    onLoad({ filter: /.*/, namespace: "own-mail" }, () => ({
      contents: 'module.exports = require("./mail.cjs");'
    }))
  }
}

// Modules look for the programs of their threads beside themselves: that is the bundle's folder.
const besideBundle = {
  define: { WHITEROOM_VERSION: JSON.stringify(version), "import.meta.url": "bundleUrl" },
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' }
}

const options = {
  bundle: true,
  platform: "node",
  target: "node20",
  minify: true,
  legalComments: "none",
  define: { WHITEROOM_VERSION: JSON.stringify(version) }
}

const launcher = "dist/whiteroom.mjs"
const program = "dist/program.cjs"
await build({
  ...options,
  entryPoints: ["src/main.ts"],
  outfile: launcher,
  format: "esm",
  banner: { js: "#!/usr/bin/env node" }
})
chmodSync(launcher, 0o755)

// When a thread begins, V8 forgets how far the memory for what is new may grow (`src/boundHeap.ts`), for the whole process.
const bounded = 'require("node:v8").setFlagsFromString("--semi-space-growth-factor=1");'

// The thread that opens documents ahead is a text in the bundle.
const boundedOpening = {
  name: "bounded-opening",
  setup({ onLoad }) {
    onLoad({ filter: /object[\\/]openingProgram\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace("= `", `= \`${bounded}`)
    }))
  }
}

const { metafile } = await build({
  ...options,
  entryPoints: ["src/run.ts"],
  outfile: program,
  format: "cjs",
  metafile: true,
  plugins: [onFirstUse, plainHeaders, lazyDriver, ownServer, ownMail, boundedOpening],
  ...besideBundle
})

// The second thread of a check.
const checkThread = new URL("./check/checkThread.cjs", import.meta.resolve("@white-room/store"))
writeFileSync("dist/checkThread.cjs", `"use strict";${bounded}\n${readFileSync(checkThread, "utf8")}`)

const mail = await build({
  ...options,
  entryPoints: [fileURLToPath(new URL("./Smtp.js", import.meta.resolve("@white-room/scheduler")))],
  outfile: "dist/mail.cjs",
  format: "cjs",
  metafile: true
})

const server = await build({
  ...options,
  entryPoints: [fileURLToPath(import.meta.resolve("@white-room/server"))],
  outfile: "dist/server.cjs",
  format: "cjs",
  metafile: true,
  plugins: [lazyDriver, ownMail],
  ...besideBundle
})

// Its threads make and read libraries; it looks for their program beside itself. In pieces that are read one after the other: to
// read all of it as one takes 25 MB that each thread would hold for as long as it lives.
const worker = fileURLToPath(new URL("./replica/worker.js", import.meta.resolve("@white-room/server")))
const pieces = ["effect/Schema", "@white-room/core", "@white-room/store", worker]
await build({
  ...options,
  stdin: {
    contents: pieces.map((piece) => `await import(${JSON.stringify(piece)})`).join("\n"),
    resolveDir: path.dirname(worker)
  },
  outdir: "dist",
  entryNames: "worker",
  chunkNames: "worker-[hash]",
  splitting: true,
  format: "esm",
  plugins: [lazyDriver, boundedOpening],
  banner: {
    js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url); ${bounded}`
  }
})

// So do the pages of the console, where they were built.
const site = fileURLToPath(new URL("./http/site", import.meta.resolve("@white-room/server")))
if (existsSync(site)) cpSync(site, "dist/site", { recursive: true })

// esbuild leaves characters beyond ASCII in regular expressions and tagged templates. V8 reads text without any in half
// the memory and time.
for (const each of [program, "dist/server.cjs"]) {
  const ascii = readFileSync(each, "utf8").replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
  )
  writeFileSync(each, ascii)
}

// What `--json` prints, as JSON Schemas. They let unknown fields pass: fields are added without a new version.
const schemas = await build({
  stdin: {
    contents: 'export { make } from "effect/JSONSchema"; export { outputs } from "./src/schema/outputs.ts"',
    resolveDir: "."
  },
  bundle: true,
  format: "esm",
  platform: "node",
  write: false
})
const code = Buffer.from(schemas.outputFiles[0].contents).toString("base64")
const { make, outputs } = await import(`data:text/javascript;base64,${code}`)
mkdirSync("dist/schemas", { recursive: true })
for (const [name, schema] of Object.entries(outputs)) {
  const text = JSON.stringify(
    make(schema),
    (key, value) => (key === "additionalProperties" && value === false ? undefined : value),
    2
  )
  writeFileSync(`dist/schemas/${name}.json`, `${text}\n`)
}

// The licences of bundled packages ask to travel with their code.
const roots = [
  ...Object.keys(metafile.inputs),
  ...Object.keys(server.metafile.inputs),
  ...Object.keys(mail.metafile.inputs)
]
  .filter((file) => !file.startsWith(onFirstUse.name))
  .map((file) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path.resolve(file))?.[1])
  .filter((root) => root !== undefined)
const notices = [...new Set(roots)].sort().map((root) => {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"))
  const file = readdirSync(root).find((name) => /^licen[cs]e/i.test(name))
  const text =
    file === undefined ? `License: ${manifest.license}` : readFileSync(path.join(root, file), "utf8")
  return `${manifest.name} ${manifest.version}\n\n${text.trim()}\n`
})
if (notices.length > 0) {
  writeFileSync("dist/THIRD-PARTY-LICENSES.txt", notices.join(`\n${"-".repeat(72)}\n\n`))
}
