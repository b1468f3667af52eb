// `npm run docs`: the API reference of the packages from their docstrings, into docs/api. Fails when something that is
// exported and does something says nothing about itself, or a link leads nowhere. Interfaces may let their fields speak.
import { fileURLToPath } from "node:url"
import { Application } from "typedoc"

const at = (place) => fileURLToPath(new URL(`../../${place}`, import.meta.url))

const app = await Application.bootstrap({
  name: "White Room Backup",
  entryPoints: [
    "packages/core/src/index.ts",
    "packages/core/src/testing.ts",
    "packages/store/src/index.ts",
    "packages/store/src/promise.ts",
    "packages/store/src/phase5.ts",
    "packages/store/src/sql.ts",
    "packages/store/src/transfer.ts",
    "packages/vault/src/index.ts",
    "packages/vault/src/testing.ts"
  ].map(at),
  tsconfig: at("tooling/docs/tsconfig.json"),
  out: at("docs/api"),
  readme: "none",
  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
  excludeExternals: true,
  githubPages: false,
  validation: {
    notDocumented: true,
    invalidLink: true,
    notExported: false,
    rewrittenLink: false,
    unusedMergeModuleWith: true
  },
  packagesRequiringDocumentation: ["@white-room/core", "@white-room/store", "@white-room/vault"],
  requiredToBeDocumented: ["Class", "Enum", "Function", "Variable"],
  logLevel: "Warn"
})
const project = await app.convert()
if (project === undefined) process.exit(1)
app.validate(project)
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)
await app.generateOutputs(project)
