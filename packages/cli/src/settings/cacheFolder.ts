import { homedir } from "node:os"
import * as path from "node:path"

/** The platform's folder for what may be lost; `undefined` where it cannot be meant. It throws where there is no home. */
export const cacheFolder = (
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform
): string | undefined => {
  if (platform === "darwin") return path.join(homedir(), "Library/Caches/White Room")
  const [named, inHome, name] =
    platform === "win32"
      ? [env.LOCALAPPDATA, "AppData/Local", "White Room/Cache"]
      : [env.XDG_CACHE_HOME, ".cache", "white-room"]
  const folder = named || path.join(homedir(), inHome)
  return path.isAbsolute(folder) ? path.join(folder, name) : undefined
}
