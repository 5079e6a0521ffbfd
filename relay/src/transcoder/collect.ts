/** All bytes of an output. */
export async function collect(output: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of output) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Yields the chunks of `output` unchanged. Calls `onChunk` with each chunk when it is read. */
export async function* observed(
  output: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of output) {
    onChunk(chunk)
    yield chunk
  }
}
