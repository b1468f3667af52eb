// What the tests of every file begin with.
import { configureGlobal } from "effect/FastCheck"
import { afterEach } from "vitest"
import "./testBytes.mjs"

// Properties try the same values in every run: few in `npm test`, many in the soak.
configureGlobal({ seed: 20261122 })

// The keyring of whoever runs the tests is left alone.
process.env.WHITEROOM_KEYRING = "file"

// A turn of the event loop after each test. Some files never wait, and in the soak their process would not hear vitest
// for so long that vitest gives it up.
afterEach(() => new Promise((resolve) => setImmediate(resolve)))
