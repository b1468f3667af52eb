/** The scheduler and auto-save with Promises: `openScheduler`, plain values in, Dates out. */
export * from "./promise/Scheduler.js"
