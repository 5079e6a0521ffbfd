/** Mixes the sound of several streams into one track, because a segment has one sound track. */
export function mixSound(streams: readonly MediaStream[]): { tracks: MediaStreamTrack[]; close(): void } {
  const context = new AudioContext({ sampleRate: 48_000 })
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
