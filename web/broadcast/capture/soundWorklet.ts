import type { FromTrack } from './readPort'
import type { Sound } from './Sound'

// These globals exist in the audio thread. TypeScript's library for pages does not declare them.
declare const sampleRate: number
declare const currentFrame: number
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

// A message for each block of 128 samples would be too many messages.
const BLOCK_SAMPLES = 1024

/** First receives a port, and then sends the sound of its input to this port. After the message `end`, sends null to the port. */
class SoundReader extends AudioWorkletProcessor {
  #out: MessagePort | null = null
  #left = new Float32Array(BLOCK_SAMPLES)
  #right = new Float32Array(BLOCK_SAMPLES)
  #filled = 0
  #firstFrame = 0

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<MessagePort | 'end'>) => {
      if (data === 'end') this.#send(null)
      else this.#out = data
    }
  }

  process([input]: Float32Array[][]): boolean {
    const left = input?.[0]
    // If the input has no channel, the source gives no sound now.
    if (!left) {
      this.#filled = 0
      return true
    }
    if (this.#filled === 0) this.#firstFrame = currentFrame
    this.#left.set(left, this.#filled)
    this.#right.set(input[1] ?? left, this.#filled)
    this.#filled += left.length
    if (this.#filled + left.length <= BLOCK_SAMPLES) return true
    const block = { left: this.#left.slice(0, this.#filled), right: this.#right.slice(0, this.#filled) }
    this.#filled = 0
    const timestampUs = (this.#firstFrame / sampleRate) * 1e6
    this.#send({ ...block, sampleRate, timestampUs }, [block.left.buffer, block.right.buffer])
    return true
  }

  #send(message: FromTrack<Sound>, transfer: Transferable[] = []): void {
    this.#out?.postMessage(message, transfer)
  }
}

registerProcessor('sound-reader', SoundReader)
