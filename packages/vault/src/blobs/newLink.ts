/** What to do where a server asks for a new link. */
export const newLink =
  "A new one is made where the server runs: whiteroom server invite NAME. With it: whiteroom connect 'LINK'."
