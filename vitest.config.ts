import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    projects: ["packages/*", "packages/core/vitest.native.config.ts", "apps/*"],
    passWithNoTests: true
  }
})
