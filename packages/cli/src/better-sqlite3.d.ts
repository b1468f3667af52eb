/** The part of the driver that `appDatabase.ts` uses; the library itself is the business of `@white-room/store`. */
declare module "better-sqlite3" {
  export default class Database {
    constructor(path: string, options: { readonly readonly: boolean; readonly fileMustExist: boolean })
    prepare(sql: string): { get(): unknown }
    close(): void
  }
}
