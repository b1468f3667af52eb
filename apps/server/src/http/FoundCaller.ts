/** Whose a request is, where that was found out on its way here: it is looked up once. */
import * as Context from "effect/Context"
import type { Caller } from "../api/Api.js"

export class FoundCaller extends Context.Tag("@white-room/server/FoundCaller")<
  FoundCaller,
  { readonly caller: Caller | undefined }
>() {}
