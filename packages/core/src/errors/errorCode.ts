/** The code of what a system or SQLite threw, such as `ENOENT` or `SQLITE_BUSY`; the empty text when it has none. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : ""
