import { defineProject } from "vitest/config"

export default defineProject({
  test: {
    name: "core, native msgpackr",
    // What is encoded and decoded, again: core itself never loads the native part, but an app may.
    include: ["test/{bundle,codec,log,model,tree}/**/*.test.ts"],
    setupFiles: ["test/codec/native.ts"],
    env: { MSGPACKR_NATIVE_PART: "loaded" },
    isolate: false,
    testTimeout: 60_000
  }
})
