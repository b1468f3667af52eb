/** How the files of a library that is written here are called in it. */
export const homeName = "server"
