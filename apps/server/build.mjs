// The console's pages travel with the server: they lie beside the module that looks for them (src/http/siteFolder.ts).
import { cpSync, existsSync } from "node:fs"

const site = "../console/dist/site"
if (existsSync(site)) cpSync(site, "dist/http/site", { recursive: true })
