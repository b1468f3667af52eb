import { ObjectStore } from "../../src/object/ObjectStore.js"
import { objectStoreContract } from "../../src/testing.js"
import { sha256 } from "../sha256.js"

objectStoreContract("in memory", ObjectStore.layerMemory({ sha256 }), sha256)
