// The rows of the table: how a figure is compared with its target, and how it is printed.
import { summary } from "./stats.mjs"

const unitText = {
  ms: (value) =>
    value < 1
      ? `${(value * 1000).toFixed(0)} µs`
      : value < 1000
        ? `${value.toPrecision(3)} ms`
        : `${(value / 1000).toPrecision(3)} s`,
  bytes: (value) =>
    value < 1e6
      ? `${(value / 1e3).toPrecision(3)} kB`
      : value < 1e9
        ? `${(value / 1e6).toPrecision(3)} MB`
        : `${(value / 1e9).toPrecision(3)} GB`,
  frames: (value) => `${value} frames`,
  requests: (value) => `${value} requests`,
  segments: (value) => `${value} segments`,
  dollars: (value) => `${value.toPrecision(3)} USD`,
  "rows/s": (value) => `${Math.round(value)} rows/s`,
  "requests/s": (value) => `${Math.round(value)} requests/s`,
  "MB/s": (value) => `${Math.round(value)} MB/s`,
  "ms/1,000 events": (value) => `${value.toPrecision(3)} ms`
}

const times = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

const head = ["what", "ours", "baseline", "ratio", "target", ""]

export class Report {
  rows = []
  #scenario = ""

  begin(scenario) {
    this.#scenario = scenario
  }

  #add(what, unit, values, rest) {
    this.rows.push({ scenario: this.#scenario, what, unit, ours: summary(values), ...rest })
  }

  /** Ours may take at most `limit` times the baseline. */
  atMost(what, unit, values, baseline, limit) {
    const figures = summary(baseline.values)
    const ratio = summary(values).median / figures.median
    const target = limit < 1 ? `≤ 1/${Math.round(1 / limit)}` : `≤ ${limit}×`
    const text = limit < 1 ? `1/${times(1 / ratio)}` : `${times(ratio)}×`
    this.#add(what, unit, values, {
      baseline: { name: baseline.name, ...figures },
      ratio,
      text,
      target,
      met: ratio <= limit
    })
  }

  /** Ours must be at least `factor` times as fast as the baseline. */
  faster(what, unit, values, baseline, factor = 1) {
    const figures = summary(baseline.values)
    const ratio = figures.median / summary(values).median
    const target = factor === 1 ? "faster" : `≥ ${factor}× faster`
    const met = factor === 1 ? ratio > 1 : ratio >= factor
    this.#add(what, unit, values, {
      baseline: { name: baseline.name, ...figures },
      ratio,
      text: `${times(ratio)}× faster`,
      target,
      met
    })
  }

  /** Throughput of ours must be at least `share` of the baseline's. */
  throughput(what, values, baseline, share, unit = "rows/s") {
    const figures = summary(baseline.values)
    const ratio = summary(values).median / figures.median
    const target = share > 0.5 ? `≥ ${share}×` : `≥ 1/${Math.round(1 / share)}`
    this.#add(what, unit, values, {
      baseline: { name: baseline.name, ...figures },
      ratio,
      text: ratio.toFixed(2),
      target,
      met: ratio >= share
    })
  }

  /** The median must reach a figure; beside it a baseline. */
  atLeast(what, unit, values, least, baseline) {
    const figures = summary(baseline.values)
    const { median } = summary(values)
    this.#add(what, unit, values, {
      baseline: { name: baseline.name, ...figures },
      ratio: median / figures.median,
      text: `${times(median / figures.median)}×`,
      target: `≥ ${unitText[unit](least)}`,
      met: median >= least
    })
  }

  /** A single figure must not exceed a limit. */
  limit(what, unit, value, limit) {
    this.#add(what, unit, [value], {
      ratio: value / limit,
      text: "",
      target: `≤ ${unitText[unit](limit)}`,
      met: value <= limit
    })
  }

  /** A figure without a target. */
  reported(what, unit, values, baseline) {
    const figures = baseline && summary(baseline.values)
    const ratio = figures && summary(values).median / figures.median
    this.#add(what, unit, values, {
      ...(figures && { baseline: { name: baseline.name, ...figures }, ratio }),
      text: ratio === undefined ? "" : `${times(ratio)}×`,
      target: "reported",
      met: null
    })
  }

  /** A comparison that could not be made. */
  absent(what, reason) {
    this.rows.push({ scenario: this.#scenario, what, absent: reason, target: "", met: null })
  }

  #cells() {
    return this.rows.map((row) => [
      row.what,
      row.ours ? unitText[row.unit](row.ours.median) : "",
      row.absent ?? (row.baseline ? `${unitText[row.unit](row.baseline.median)} (${row.baseline.name})` : ""),
      row.text ?? "",
      row.target,
      row.met === null ? "" : row.met ? "met" : "MISSED"
    ])
  }

  /** For eyes on a terminal. */
  table() {
    const body = this.#cells()
    const widths = head.map((_, column) => Math.max(...[head, ...body].map((line) => line[column].length)))
    const line = (cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd()
    return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...body.map(line)].join("\n")
  }

  /** For `docs/performance.md`. */
  markdown() {
    const line = (cells) => `| ${cells.join(" | ")} |`
    const body = this.#cells().map((cells) => line(cells.map((cell) => cell.replace("MISSED", "**MISSED**"))))
    return [line(head), line(head.map(() => "---")), ...body].join("\n")
  }
}
