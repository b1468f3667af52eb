/** What is kept of a line: the names of events are short, and nothing else of a stream is looked at. */
const mostOfLine = 64

/** A stream that tells so much is ended; whoever listens begins again. */
const mostBytes = 256 * 1024 * 1024

/** The names of the events of a `text/event-stream`, as they come. Data, comments and what is too long are passed over. */
export async function* eventNames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let line = ""
  let name: string | undefined
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > mostBytes) return
    const [first = "", ...lines] = Buffer.from(chunk).toString("latin1").split("\n")
    line = (line + first.slice(0, mostOfLine)).slice(0, mostOfLine)
    for (const next of lines) {
      const said = /^event: ?([a-z]{1,32})\r?$/.exec(line)?.[1]
      if (said !== undefined) name = said
      else if (/^\r?$/.test(line) && name !== undefined) {
        yield name
        name = undefined
      }
      line = next.slice(0, mostOfLine)
    }
  }
}
