/** What to do where a server asks for a new link. */
export const newLink =
  "Whoever runs the server makes one: whiteroom server invite NAME. With it: whiteroom connect 'LINK'."
