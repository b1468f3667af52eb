// Removes `dist` of the package whose script calls it, so that a build never ships a file whose source is gone.
import { rmSync } from "node:fs"

rmSync("dist", { recursive: true, force: true })
