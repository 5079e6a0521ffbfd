/** Reads a track's frames as they come. Gives a function that ends the reading; `onEnd` is not called after it. */
export function pump<Frame extends { close(): void }>(
  readable: ReadableStream<Frame>,
  { onFrame, onEnd }: { onFrame: (frame: Frame) => void; onEnd: () => void },
): () => void {
  const reader = readable.getReader()
  let isCancelled = false
  void read()
  return () => {
    isCancelled = true
    reader.cancel().catch(() => undefined)
  }

  async function read() {
    for (let frame = await next(); frame; frame = await next()) {
      if (isCancelled) frame.close()
      else onFrame(frame)
    }
    if (!isCancelled) onEnd()
  }

  async function next(): Promise<Frame | null> {
    try {
      return (await reader.read()).value ?? null
    } catch {
      // A track that breaks off has ended, whatever the reason.
      return null
    }
  }
}
