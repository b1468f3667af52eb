/** The texts of the timeline. */
export const englishTimeline = {
  timelineHelp:
    "Drag the line over time, or use its arrow keys, and see how everything was then. Two fingers zoom, as do plus and minus, or Ctrl and the mouse wheel.",
  timelineLine: "Moment",
  timelineLanes: "Songs, and when they were changed",
  timelineAt: (when: string) => `As it was: ${when}`,
  timelineNow: "As it is now",
  timelineToNow: "Back to now",
  timelineBefore: "To the backup or restore before",
  timelineAfter: "To the next backup or restore",
  timelineAll: "Show all of it",
  timelineOrder: "Order",
  timelineOrders: { changed: "Changed last, first", name: "By name" },
  timelineSongs: "All songs as they were",
  timelineChanges: (count: number) =>
    count === 0
      ? "no change in what is shown"
      : count === 1
        ? "1 change in what is shown"
        : `${count} changes in what is shown`,
  timelineSame: "as now",
  timelineAbsent: "was not there",
  timelineDeleted: "deleted now",
  timelineDarker: "changes, the more the darker",
  timelineDeletion: "deletion",
  timelineMarks: {
    backup: "backup",
    restore: "restore",
    undo: "undo",
    import: "import",
    pull: "from another device"
  },
  timelineMark: (what: string, count: number) => (count === 1 ? what : `${what} (${count})`)
}
