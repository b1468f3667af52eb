// Before the tests of each file: properties try the same values in every run, in `npm test` few and in the soak many.
import { configureGlobal } from "effect/FastCheck"

configureGlobal({ seed: 20261122 })
