/** The program of the threads that make and read libraries: beside this file, or beside the bundle that this is a part of. */
export const workerFile = (): URL => new URL("./worker.js", import.meta.url)
