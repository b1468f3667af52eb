/** The name of a step of the control database, as the next versions may have it. */
export const stepName = (version: number, name: string): string =>
  `${String(version).padStart(4, "0")}_${name}`
