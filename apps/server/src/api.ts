/** The API of the server as values: for clients, and for its document. Nothing here does I/O. */
export { api, type Caller, CurrentCaller, Entrance, openApi } from "./api/Api.js"
export * from "./api/Model.js"
export { isProblem, type Problem, type ProblemType, problem, problemContent } from "./api/Problem.js"
export { RestoreReport, RestoreWish } from "./api/Restores.js"
export { Imported, Restore } from "./api/Results.js"
export { LibraryRun } from "./api/Runs.js"
