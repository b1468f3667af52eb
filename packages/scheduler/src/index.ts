/**
 * When backups are taken: profiles, calendars with time zones, due runs, leases and auto-save.
 *
 * Nothing is exported yet; see this package's README for what comes.
 *
 * @module
 */
export {}
