/** How many rounds a random test makes: few in `npm test`, many in `npm run soak`. */
export const rounds = (short: number, long: number): number => (process.env.SOAK === "1" ? long : short)
