/** Reads the frames of a track. Returns a function that stops the reading; after it, `onEnd` is not called. */
export function readFrames<Frame extends { close(): void }>(
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
      // A track that fails has ended.
      return null
    }
  }
}
