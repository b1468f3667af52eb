import type { SeenDevice } from "@white-room/vault"
import { count } from "../terminal/Text.js"

/** `MacBook and this library differ: 4 songs`. */
export const differenceText = ({
  device,
  songs,
  performances,
  preferences
}: Omit<SeenDevice, "line">): string => {
  const parts = [
    ...(songs > 0 ? [count(songs, "song")] : []),
    ...(performances > 0 ? [count(performances, "performance")] : []),
    ...(preferences > 0 ? ["preferences"] : [])
  ]
  return `${device} and this library differ: ${parts.length === 0 ? "backups only" : parts.join(", ")}`
}
