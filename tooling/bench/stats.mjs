/** Milliseconds that a synchronous call takes. */
export const timed = (body) => {
  const from = performance.now()
  body()
  return performance.now() - from
}

export const percentile = (values, share) => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]
}

export const median = (values) => percentile(values, 0.5)

export const summary = (values) => ({
  min: Math.min(...values),
  median: median(values),
  max: Math.max(...values),
  runs: values.length
})

export const sum = (values) => values.reduce((total, value) => total + value, 0)
