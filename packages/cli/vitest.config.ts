import { defineProject } from "vitest/config"
import manifest from "./package.json" with { type: "json" }

export default defineProject({
  // As build.mjs does for the bundle.
  define: { WHITEROOM_VERSION: JSON.stringify(manifest.version) },
  test: { name: "cli", include: ["test/**/*.test.ts"] }
})
