/**
 * What is passed on to somebody: the address and the code, and the certificate where no authority knows it. Both stand
 * behind `#`, which browsers and those who preview links do not send.
 */
export const inviteLink = (url: string, code: string, pin: string | undefined): string =>
  `${url}/join#${code}${pin === undefined ? "" : `.${pin}`}`
