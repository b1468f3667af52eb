// Loaded before the program: says as it ends how many bytes V8 takes for what is new when much is.
import { writeSync } from "node:fs"
import { newSpaceOfMuch } from "./newSpaceOfMuch.mjs"

process.once("exit", () => writeSync(2, `new space ${newSpaceOfMuch()}\n`))
