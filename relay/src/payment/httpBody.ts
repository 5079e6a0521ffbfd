export type BodyCount = {
  /** The AbortSignal of the request. */
  signal: AbortSignal | undefined
  /** Called for each chunk. */
  onBytes(byteLength: number): void
  /** Called once. `isComplete` is `false` if the reader cancelled, the signal aborted, or the connection broke. */
  onEnd(isComplete: boolean): void
}

/** Returns a stream with the same bytes, and counts them. */
export function countedBody(
  body: ReadableStream<Uint8Array>,
  { signal, onBytes, onEnd }: BodyCount,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let isOver = false
  const end = (isComplete: boolean) => {
    if (!isOver) onEnd(isComplete)
    isOver = true
    signal?.removeEventListener('abort', abort)
  }
  const abort = () => end(false)
  signal?.addEventListener('abort', abort)
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) {
          end(true)
          return controller.close()
        }
        onBytes(value.length)
        controller.enqueue(value)
      } catch (error) {
        end(false)
        controller.error(error)
      }
    },
    cancel(reason) {
      end(false)
      return reader.cancel(reason)
    },
  }
  return new ReadableStream(source, { highWaterMark: 0 })
}

/** The text of an answer. If the answer is longer than `maxBytes`, the empty text. */
export async function shortText(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; reader; ) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.length
    if (bytes > maxBytes) {
      await reader.cancel()
      return ''
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}
