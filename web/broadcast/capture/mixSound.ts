/** Mixes the sound of several streams into one track, because a segment has one sound track. */
export function mixSound(streams: readonly MediaStream[]): { tracks: MediaStreamTrack[]; close(): void } {
  // The context keeps the sample rate of the device, because some browsers refuse to connect a source whose rate differs from the
  // rate of the context.
  const context = new AudioContext()
  const destination = context.createMediaStreamDestination()
  for (const stream of streams) context.createMediaStreamSource(stream).connect(destination)
  const tracks = destination.stream.getAudioTracks()
  return {
    tracks,
    close() {
      for (const track of tracks) track.stop()
      void context.close()
    },
  }
}
