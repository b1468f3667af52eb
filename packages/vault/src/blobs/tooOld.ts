/** What a server of ours says to programs that are more than two years older than itself. */
export const tooOld =
  "it needs a newer White Room Backup: npm install --global @white-room/cli@latest, then the same again"
