import { EventLog } from "../../src/log/EventLog.js"
import { eventLogContract } from "../../src/testing.js"
import { sha256 } from "../sha256.js"

eventLogContract("in memory", EventLog.layerMemory({ sha256, actor: "test@here" }), sha256)
