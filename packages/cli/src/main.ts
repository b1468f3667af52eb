import { version } from "./version.js"

process.stdout.write(`${version}\n`)
