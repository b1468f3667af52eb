/** The exit codes of `whiteroom`; an unknown code means failure. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  damaged: 4,
  unprotected: 5,
  notFound: 10,
  locked: 11,
  wrongPassphrase: 12,
  refused: 13,
  unreachable: 14,
  planOutdated: 15,
  interrupted: 130
} as const
