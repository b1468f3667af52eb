/** What is typed on a computer to use a link. */
export const connectLine = (link: string): string => `whiteroom connect '${link.replaceAll("'", "%27")}'`
