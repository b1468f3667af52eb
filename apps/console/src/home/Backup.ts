import type { Schemas } from "../api/Client.js"

export type Backup = Schemas["Backup"]
