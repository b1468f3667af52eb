/** Steps of long work: `done` of `total` units (songs, blocks, bytes: as the call says). */
export type OnProgress = (progress: {
  readonly done: number
  readonly total: number
  readonly step: string
}) => void
