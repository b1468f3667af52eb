/**
 * Which release this is, and of which day. Programs say it to servers, which serve those of the last two years before their own; so it
 * is changed with the version of the packages, and is the day that stands in the CHANGELOG.
 */
export const release = { version: "0.0.0", day: "2026-11-30" } as const
