/** A time of the database, which is not 0, as the API tells it. */
export const isoTime = (at: number): string => new Date(at).toISOString()
