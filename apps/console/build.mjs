// The page as static files in dist/site: index.html, and under assets what it loads, each named by its content and also
// compressed (.br, .gz). dist/site.json says how many bytes the first view is: what index.html names, compressed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { build } from "esbuild"

const site = "dist/site"

const { metafile } = await build({
  entryPoints: { main: "src/main.tsx", style: "src/style.css" },
  outdir: `${site}/assets`,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: true,
  legalComments: "none",
  metafile: true
})

const outputs = Object.entries(metafile.outputs)
const fileOf = (entry) => {
  const found = outputs.find(([, { entryPoint }]) => entryPoint === entry)
  if (found === undefined) throw new Error(`nothing was made of ${entry}`)
  return path.posix.relative(site, found[0])
}

/** What a script cannot do without: it and its static imports. */
const withImports = (file, seen = new Set()) => {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const each of metafile.outputs[`${site}/${file}`].imports)
    if (each.kind === "import-statement") withImports(path.posix.relative(site, each.path), seen)
  return seen
}

const script = fileOf("src/main.tsx")
const style = fileOf("src/style.css")
const first = [...withImports(script)]
const html = readFileSync("src/index.html", "utf8")
  .replace("<!-- style -->", `<link rel="stylesheet" href="/${style}">`)
  .replace(
    "<!-- script -->",
    [
      ...first.filter((file) => file !== script).map((file) => `<link rel="modulepreload" href="/${file}">`),
      `<script type="module" src="/${script}"></script>`
    ].join("\n")
  )
mkdirSync(site, { recursive: true })
writeFileSync(`${site}/index.html`, html)

let firstView = 0
for (const file of ["index.html", ...outputs.map(([name]) => path.posix.relative(site, name))]) {
  const bytes = readFileSync(`${site}/${file}`)
  const gzip = gzipSync(bytes, { level: 9 })
  writeFileSync(`${site}/${file}.gz`, gzip)
  writeFileSync(`${site}/${file}.br`, brotliCompressSync(bytes))
  if (file === "index.html" || file === style || first.includes(file)) firstView += gzip.length
}
writeFileSync("dist/site.json", `${JSON.stringify({ firstView, first: ["index.html", style, ...first] })}\n`)

// The licences of what was bundled travel with it.
const roots = Object.keys(metafile.inputs)
  .map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
  .filter((root) => root !== undefined)
const notices = [...new Set(roots)].sort().map((root) => {
  const { name, version, license } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"))
  let text = `License: ${license}`
  try {
    text = readFileSync(`${root}/LICENSE`, "utf8")
  } catch {
    // The name of the licence is all that it says.
  }
  return `${name} ${version}\n\n${text.trim()}\n`
})
writeFileSync(`${site}/THIRD-PARTY-LICENSES.txt`, notices.join(`\n${"-".repeat(72)}\n\n`))
