/** Why a server of ours refuses programs that are more than two years older than itself, and what to do then. */
export const tooOld = {
  reason: "it needs a newer White Room Backup",
  advice: "Update this program: npm install --global @white-room/cli@latest, then the same again."
}
