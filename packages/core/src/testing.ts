/**
 * Contract suites for those who implement core's services: called in a test file of vitest, each checks every
 * documented guarantee against a fresh layer per test.
 */
export { eventLogContract } from "./testing/eventLogContract.js"
export { objectStoreContract } from "./testing/objectStoreContract.js"
