/** Reads the frames of a track. Returns a function that stops the reading. From then on, `onEnd` is not called. */
export function readFrames<Frame extends { close(): void }>(
  readable: ReadableStream<Frame>,
  {
    onFrame,
    onEnd,
  }: {
    onFrame: (frame: Frame) => void
    /** `cause`: the error of a track that failed. */
    onEnd: (cause?: unknown) => void
  },
): () => void {
  const reader = readable.getReader()
  let isCancelled = false
  let failure: unknown
  void read()
  return () => {
    isCancelled = true
    // `cancel` rejects with the error of a failed track. `next` also gets this error, and stores it.
    reader.cancel().catch(() => undefined)
  }

  async function read() {
    for (let frame = await next(); frame; frame = await next()) {
      if (isCancelled) frame.close()
      else onFrame(frame)
    }
    if (!isCancelled) onEnd(failure)
  }

  async function next(): Promise<Frame | null> {
    try {
      return (await reader.read()).value ?? null
    } catch (cause) {
      // A failed track counts as ended.
      failure = cause
      return null
    }
  }
}
