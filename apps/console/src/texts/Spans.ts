/** Lengths of time in milliseconds. Of their own: with those of `@white-room/core` the first view would bring along all that compares songs. */
export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
