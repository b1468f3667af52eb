// The types of the server's API for a TypeScript client that knows nothing of us, made of its published document alone.
// Without an argument they are printed; with the name of a file they are written there.
import { readFileSync, writeFileSync } from "node:fs"
import openapiTS, { astToString } from "openapi-typescript"

const document = new URL("../apps/server/openapi.json", import.meta.url)
const types = astToString(await openapiTS(JSON.parse(readFileSync(document, "utf8"))))
const [file] = process.argv.slice(2)
if (file === undefined) process.stdout.write(types)
else writeFileSync(file, types)
