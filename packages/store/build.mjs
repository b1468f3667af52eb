// Bundles what the second thread of a check runs into one file, which begins in a third of the time that its modules would
// take: dist/check/checkThread.cjs. The CLI puts it beside its own bundle. The types were checked before this (`build`).
import { build } from "esbuild"

// Of what is damaged the first thread speaks. The classes of errors are there; what Effect checks in them is not, as
// it takes longer to load than all the rest.
const errorsAlone = {
  name: "errors-alone",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^effect\// }, ({ path }) => ({ path, namespace: "errors-alone" }))
    onLoad({ filter: /.*/, namespace: "errors-alone" }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== "TaggedError")
      return {
        contents: `const nothing = new Proxy(function () {}, { get: () => nothing, apply: () => nothing })
          export const TaggedError = () => (_tag) => class extends Error {
            constructor(fields) {
              super()
              Object.assign(this, { _tag }, fields)
            }
          }
          export { ${names.map((name) => `nothing as ${name}`).join(", ")} }`
      }
    })
  }
}

await build({
  entryPoints: ["dist/check/threadProgram.js"],
  outfile: "dist/check/checkThread.cjs",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  legalComments: "none",
  external: ["better-sqlite3", "msgpackr-extract"],
  plugins: [errorsAlone]
})
