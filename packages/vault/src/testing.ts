/** Contract suites for those who keep blobs elsewhere: called in a test file of vitest, with a fresh place per test. */
export { blobsContract } from "./testing/blobsContract.js"
