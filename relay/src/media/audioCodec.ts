/** All sound is encoded at this rate, in Hz. At this rate, an AAC frame is 1,920 ticks of MPEG-TS's 90 kHz clock, a whole number. */
export const SAMPLE_RATE = 48_000

export const CHANNELS = 2

/** Whether the browser itself encodes AAC-LC; Chromium on Linux and Firefox do not. */
export async function hasNativeAac(bitrate: number): Promise<boolean> {
  if (typeof AudioEncoder === 'undefined') return false
  try {
    const config = { codec: 'mp4a.40.2', sampleRate: SAMPLE_RATE, numberOfChannels: CHANNELS, bitrate }
    return (await AudioEncoder.isConfigSupported(config)).supported === true
  } catch {
    return false
  }
}
