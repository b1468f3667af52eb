import { eventLogContract, objectStoreContract } from "@white-room/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layer } from "../src/index.js"
import { sha256 } from "../src/object/Compression.js"
import { freshPath } from "./support/libraries.js"

/** A library of its own for every test. */
const fresh = Layer.unwrapScoped(Effect.map(freshPath, (path) => layer(path)))

eventLogContract("SQLite", fresh, sha256)
objectStoreContract("SQLite", fresh, sha256)
