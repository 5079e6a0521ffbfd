/** The part of simple-peer 9.11.1 that we use. Its published types import Node's globals, which the mesh must not know. */
declare module 'simple-peer' {
  namespace SimplePeer {
    type Wrtc = {
      RTCPeerConnection: unknown
      RTCSessionDescription: unknown
      RTCIceCandidate: unknown
    }
    type Options = {
      initiator: boolean
      /** `false`: one description that contains all candidates. */
      trickle: boolean
      /** Keeps message boundaries, and distinguishes text from bytes. */
      objectMode: boolean
      iceCompleteTimeout: number
      config: { iceServers: readonly RTCIceServer[] }
      wrtc?: Wrtc
    }
  }

  class SimplePeer {
    constructor(options: SimplePeer.Options)
    /** `bufferedAmount` of the `RTCDataChannel`. */
    readonly bufferSize: number
    readonly destroyed: boolean
    signal(description: { type: 'offer' | 'answer'; sdp: string }): void
    /**
     * Gives the chunk to the `RTCDataChannel` after the earlier chunks. Then calls `written`, as soon as `bufferedAmount` is at most 64
     * KiB.
     */
    write(chunk: Uint8Array, written: () => void): boolean
    destroy(error?: Error): void
    on(event: 'connect' | 'close', listener: () => void): this
    on(event: 'signal', listener: (description: { type: string; sdp?: string }) => void): this
    on(event: 'data', listener: (chunk: Uint8Array | string) => void): this
    on(event: 'error', listener: (error: Error) => void): this
  }

  export default SimplePeer
}
