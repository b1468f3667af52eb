import * as path from "node:path"

const services: ReadonlyArray<readonly [RegExp, string]> = [
  [/(^|\/)Library\/Mobile Documents(\/|$)/i, "iCloud Drive"],
  [/(^|\/)iCloud ?Drive(\/|$)/i, "iCloud Drive"],
  [/(^|\/)Dropbox( \([^/]*\))?(\/|$)/i, "Dropbox"],
  [/(^|\/)(Google ?Drive|GoogleDrive-[^/]*|My Drive)(\/|$)/i, "Google Drive"],
  [/(^|\/)OneDrive( - [^/]*|-[^/]*)?(\/|$)/i, "OneDrive"],
  [/(^|\/)(Nextcloud|ownCloud|Syncthing)(\/|$)/i, "a synchronising service"],
  [/^\/(net|afs)\//, "a network"],
  [/^\/\/[^/]+\//, "a network"]
]

/** The service whose folder a path lies in, by the names such folders have; `undefined` for a local folder. */
export const syncedFolder = (file: string): string | undefined => {
  const absolute = path.resolve(file).replaceAll("\\", "/")
  return services.find(([pattern]) => pattern.test(absolute))?.[1]
}
