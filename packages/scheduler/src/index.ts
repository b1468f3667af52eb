/**
 * When backups are taken: profiles, calendars with time zones, due runs, leases and auto-save.
 *
 * @module
 */
export { hostOf } from "./Address.js"
export * from "./Alerts.js"
export {
  AutoSave,
  type AutoSaveEvent,
  type AutoSaveOptions,
  type AutoSaveService,
  autoSaveActor
} from "./AutoSave.js"
export type { Circumstances } from "./Circumstances.js"
export * from "./calendar/Due.js"
export * from "./calendar/Occurrences.js"
export { parseQuietTime } from "./calendar/parseQuietTime.js"
export { parseRule } from "./calendar/parseRule.js"
export { type DayRule, type Rule, showRule, type WallTime } from "./calendar/Rule.js"
export * from "./Daemon.js"
export { digestOf, libraryWeek, type SentDigest, sendDigests } from "./Digest.js"
export * from "./digestLetter.js"
export { type Held, heldProfiles, isHeldOff } from "./Held.js"
export { Mail, mailHost } from "./Mail.js"
export { layerOutside, Outside, type OutsideService } from "./Outside.js"
export { OutsideFailed } from "./OutsideFailed.js"
export { type Elsewhere, here, type Place, placeOf, placesOf, storedPlace } from "./Place.js"
export * from "./Profile.js"
export * from "./ProfileState.js"
export * from "./Profiles.js"
export { placesThere } from "./placesThere.js"
export { plainText } from "./plainText.js"
export * from "./Runner.js"
export { type Busy, leaseName, leaseTime } from "./RunnerLease.js"
export * from "./Scheduler.js"
export { signature, signatureHeader } from "./Signature.js"
export * from "./Stale.js"
export type { Letter } from "./sendMail.js"
export * from "./Work.js"
