/** The part of the driver that `findAppDatabase.ts` uses; the library itself is the business of `@white-room/store`. */
declare module "better-sqlite3" {
  // biome-ignore lint/style/noDefaultExport: this is what the driver has
  export default class Database {
    constructor(path: string, options: { readonly readonly: boolean; readonly fileMustExist: boolean })
    prepare(sql: string): { get(): unknown }
    close(): void
  }
}
