/** What a function or signal of the caller threw inside of our work: the caller gets it back as it is. */
export class OfCaller {
  constructor(readonly reason: unknown) {}
}
