import { hostname } from "node:os"
import { formatBackupTimestamp } from "@white-room/core"
import { type Profile, zoneOfProfile } from "./Profile.js"

/** A description with what stands in braces filled in, by the profile's clock. */
export const fillIn = (template: string, profile: Profile, now: number): string => {
  const timestamp = formatBackupTimestamp(new Date(now), { timeZone: zoneOfProfile(profile) })
  const values: Readonly<Record<string, string>> = {
    profile: profile.name,
    date: timestamp.slice(0, 10),
    time: timestamp.slice(11, 16),
    host: hostname()
  }
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
