/** The state of a stream for its viewer. */
export type StreamState =
  | 'connecting'
  | 'live'
  /** No new segment has come for some seconds. The stream can continue: the broadcaster or a transcoder may come back. */
  | 'reconnecting'
  /** As `reconnecting`, but for half a minute or longer. */
  | 'silent'
  /** The stream key has signed the end of the stream, or the job is over and no new segment comes. */
  | 'ended'
  /** No job was ever posted for the stream. */
  | 'not-found'
  /** As `not-found`, but the link says that the stream is expected. The viewer continues to ask the chain. */
  | 'soon'
  /** The job exists, but no relay serves its stream. The viewer continues to ask the relays. */
  | 'transcoder-offline'
  /** The chain did not answer. */
  | 'failed'

export type Observations = {
  /** Consecutive attempts in which no relay served the stream. */
  failures: number
  /** Whether at least one relay answered, or the draw is not known yet. In both cases a transcoder may still begin to serve the stream. */
  answered: boolean
  /** Whether at least one segment was accepted so far. */
  heard: boolean
  /** Time since the last accepted segment or part, or since the viewer began to follow the stream if it has accepted none. */
  quietMs: number
  /** The time on our clock minus the end time of the newest segment, which is on the broadcaster's clock. */
  ageMs: number
  /** Whether the relay says that the stream is live. */
  calledLive: boolean
  /** Whether the stream key has signed the end of the stream, and the last segment has arrived or is late. */
  signedEnd: boolean
  /** Whether the job is over on chain. */
  jobEnded: boolean
}

/** After this time without a new segment or part, the state of a live stream is `reconnecting`. */
const interruptedMs = 5_000
/** After this time without a new segment or part, the state is `silent`. */
const silenceMs = 30_000
/** If no relay serves the stream, and no segment or part was accepted for this time, the transcoder counts as offline. */
const patienceMs = 3_000
/** Before the first segment, the viewer waits this long for the broadcaster to begin, if a relay answers or the draw is not known yet. */
const startingMs = 15_000

/** The state of a stream whose job exists. */
export function streamStateOf(observations: Observations): StreamState {
  const { failures, answered, heard, quietMs, ageMs, calledLive, signedEnd, jobEnded } = observations
  if (signedEnd) return 'ended'
  if (failures > 0) {
    if (jobEnded) return 'ended'
    if (failures > 1 && quietMs > (answered && !heard ? startingMs : patienceMs)) return 'transcoder-offline'
  }
  // The age depends on two clocks, and one of them can be wrong. So the age counts only if the relay also says that the stream is not live.
  const silentMs = calledLive ? quietMs : Math.max(quietMs, ageMs)
  // While no relay answers, we do not know whether the broadcaster is silent.
  if (failures === 0 && silentMs > silenceMs) return jobEnded ? 'ended' : 'silent'
  if (!heard) return 'connecting'
  return silentMs > interruptedMs ? 'reconnecting' : 'live'
}
