import { InvalidInput } from "@white-room/core"
import { describe, expect, it } from "vitest"
import { parseRule } from "../../src/calendar/parseRule.js"
import { showRule } from "../../src/calendar/Rule.js"

describe("rules as people write them", () => {
  it.each([
    ["every 30 minutes", { _tag: "Every", minutes: 30 }],
    ["Hourly", { _tag: "Every", minutes: 60 }],
    ["every 2 days", { _tag: "Every", minutes: 2880 }],
    ["18:00", { on: {}, times: [1080] }],
    ["daily at 18:30, 9:00", { on: {}, times: [540, 1110] }],
    ["nightly", { on: {}, times: [180] }],
    ["nightly at 2:00", { on: {}, times: [120] }],
    ["every night at 11:30 pm", { on: {}, times: [1410] }],
    ["every day at 6pm", { on: {}, times: [1080] }],
    ["6 pm every day", { on: {}, times: [1080] }],
    ["every evening", { on: {}, times: [1080] }],
    ["noon", { on: {}, times: [720] }],
    ["daily", { on: {}, times: [1080] }],
    ["weekly", { _tag: "Every", minutes: 10_080 }],
    ["weekly on Monday", { on: { weekdays: [1] }, times: [1080] }],
    ["every monday and thursday at 7:30am", { on: { weekdays: [1, 4] }, times: [450] }],
    ["every weekday", { on: { weekdays: [1, 2, 3, 4, 5] }, times: [1080] }],
    ["18:00 on weekdays", { on: { weekdays: [1, 2, 3, 4, 5] }, times: [1080] }],
    ["monthly", { on: { days: [1] }, times: [1080] }],
    ["monthly on day 15", { on: { days: [15] }, times: [1080] }],
    ["weekdays 18:00", { on: { weekdays: [1, 2, 3, 4, 5] }, times: [1080] }],
    ["Mon, Wed and Fri 7:30", { on: { weekdays: [1, 3, 5] }, times: [450] }],
    ["last Sunday of the month 03:00", { on: { weekdays: [0], nth: -1 }, times: [180] }],
    ["first mondays 9:00", { on: { weekdays: [1], nth: 1 }, times: [540] }],
    ["last day of the month 22:00", { on: { days: [-1] }, times: [1320] }],
    ["day 1, 15 3:00", { on: { days: [1, 15] }, times: [180] }],
    ["0 18 * * 1-5", { on: { weekdays: [1, 2, 3, 4, 5] }, times: [1080], everyHour: false }],
    ["0 22-2 * * *", { times: [0, 60, 120, 1320, 1380], everyHour: false }],
    ["@daily", { on: {}, times: [0] }],
    ["0 3 L * *", { on: { days: [-1] }, times: [180] }],
    ["0 3 13 * 5", { on: { days: [13], weekdays: [5], either: true } }],
    ["0 3 * jan,mar mon", { on: { months: [1, 3], weekdays: [1] } }]
  ])("%s", (text, rule) => expect(parseRule(text)).toMatchObject(rule))

  it("runs cron without an hour in every hour", () =>
    expect(parseRule("15 * * * *")).toMatchObject({ everyHour: true, times: { length: 24 } }))

  it.each([
    ["0 0 31 2 *", "no month has such a day"],
    ["0 0 31 4,6 *", "no month has such a day"],
    ["61 * * * *", "between 0 and 59"],
    ["@fortnightly", "known are"],
    ["weekdays 25:00", "is not a time of day"],
    ["weekdays 18:00:30", "is not a time of day"],
    ["weekdays 18:00 mon 9:00", "is not a time of day"],
    ["moonday 18:00", "its days are not known"],
    ["day 32 18:00", "its days are not known"],
    ["fortnightly", "its days are not known"],
    ["18:00 moonday", "its days are not known"],
    ["every 0 minutes", "between a minute and a year"],
    ["", "its days are not known"]
  ])("refuses %s", (text, reason) => {
    expect(() => parseRule(text)).toThrow(InvalidInput)
    expect(() => parseRule(text)).toThrow(reason)
  })

  it.each([
    "every 45 minutes",
    "every 2 weeks",
    "daily 09:00, 18:00",
    "weekdays 18:00",
    "weekends 10:00",
    "mon, fri 07:30",
    "last sunday of the month 03:00",
    "day 1, 15 of the month 03:00",
    "last day of the month 22:00"
  ])("%s is shown as it was written", (text) => {
    expect(showRule(parseRule(text))).toBe(text)
    expect(parseRule(showRule(parseRule(text)))).toEqual(parseRule(text))
  })
})
