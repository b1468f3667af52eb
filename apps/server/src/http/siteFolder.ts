/** Where the built console lies: beside this file, or beside the bundle that this is a part of. */
export const siteFolder = (): URL => new URL("./site/", import.meta.url)
