/**
 * When backups are taken: profiles, calendars with time zones, due runs, leases and auto-save.
 *
 * @module
 */
export {
  AutoSave,
  type AutoSaveEvent,
  type AutoSaveOptions,
  type AutoSaveService,
  autoSaveActor
} from "./auto-save/AutoSave.js"
export * from "./calendar/due.js"
export * from "./calendar/occurrences.js"
export { parseQuietTime } from "./calendar/parseQuietTime.js"
export { type DayRule, parseRule, type Rule, showRule, type WallTime } from "./calendar/Rule.js"
export * from "./daemon/Daemon.js"
export * from "./outside/Outside.js"
export * from "./profile/Profile.js"
export * from "./profile/profiles.js"
export * from "./run/alerts.js"
export * from "./run/planWork.js"
export * from "./run/Runner.js"
export * from "./scheduler/Scheduler.js"
