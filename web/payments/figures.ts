/** What was known at one moment. The counts start when the page opens the stream. */
export type Sample = {
  atMs: number
  /** What we have paid, in wei. */
  spent: bigint
  /** The bytes of the stream that this viewer has received, from relays and viewers. */
  bytes: number
}

/** Samples that are older are forgotten. */
const windowMs = 120_000
/** Before this time, the first bytes, which fill the buffer of the player, would count too much. */
const leastMs = 20_000
/** 2.5 Mbit/s: the rate of a stream that is not measured yet, in bytes per second. */
export const assumedBytesPerSecond = 312_500
/** A stream that pauses has no lower price. */
const leastBytesPerSecond = 10_000

/** The samples of the last minutes with a new one. */
export const withSample = (samples: readonly Sample[], sample: Sample): Sample[] => [
  ...samples.filter(({ atMs }) => atMs > sample.atMs - windowMs),
  sample,
]

/** The bytes of a second of video, measured or assumed. */
export function bytesPerSecond(samples: readonly Sample[]): number {
  const { ms, bytes } = changeOf(samples)
  return ms >= leastMs && bytes > 0 ? Math.max((1_000 * bytes) / ms, leastBytesPerSecond) : assumedBytesPerSecond
}

/** What a minute of the stream costs if all its bytes come from relays, in wei. */
export const pricePerMinute = (samples: readonly Sample[], weiPerByte: bigint): bigint =>
  weiPerByte * BigInt(Math.ceil(60 * bytesPerSecond(samples)))

/**
 * For how many minutes `left` wei last: at the rate of the last minutes if the page has paid for a minute or longer, before at the full price.
 * `undefined`: at present nothing is spent.
 */
export function minutesLeft(left: bigint, samples: readonly Sample[], weiPerByte: bigint): number | undefined {
  const { ms, spent } = changeOf(samples)
  const perMinute = ms >= windowMs / 2 ? (Number(spent) * 60_000) / ms : Number(pricePerMinute(samples, weiPerByte))
  return perMinute > 0 ? Number(left) / perMinute : undefined
}

function changeOf(samples: readonly Sample[]): { ms: number; spent: bigint; bytes: number } {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last) return { ms: 0, spent: 0n, bytes: 0 }
  return { ms: last.atMs - first.atMs, spent: last.spent - first.spent, bytes: last.bytes - first.bytes }
}

/**
 * What uploading was worth, in wei: the free bytes of the relays, at most the price of what this viewer sent to others. A relay gives free bytes
 * first to viewers that upload.
 */
export function earnedByUploading({
  given,
  bytesToPeers,
  weiPerByte,
}: {
  given: bigint
  bytesToPeers: number
  weiPerByte: bigint
}): bigint {
  const uploaded = BigInt(Math.floor(bytesToPeers)) * weiPerByte
  return given < uploaded ? given : uploaded
}
