/** Where a stream stands for its viewer. */
export type State =
  | 'connecting'
  | 'live'
  | 'ended'
  /** No job was ever posted for it. */
  | 'not-found'
  /** The job is there, its transcoder does not answer; the viewer keeps trying. */
  | 'transcoder-offline'
  /** The chain did not answer. */
  | 'failed'

export type Evidence = {
  /** Consecutive rounds in which no relay gave anything. */
  failures: number
  /** Whether somebody may yet come: a relay answered without having the stream, or nobody was drawn yet. */
  answered: boolean
  /** Whether any segment was ever accepted. */
  heard: boolean
  /** Since the last accepted segment, or since the start. */
  quietMs: number
  /** How long ago the newest segment was captured, by our clock against the broadcaster's. */
  ageMs: number
  /** Whether the relay still calls the stream live. */
  calledLive: boolean
  /** Whether the origin's own word says that nothing follows what we have. */
  signedEnd: boolean
  /** On chain. */
  jobEnded: boolean
}

/** Without a segment for so long, a stream has ended. */
export const silenceMs = 10_000
/** A relay may be unreachable for so long before we say so. */
const patienceMs = 3_000
/** A broadcaster who has posted his job may take so long until his first segment. */
const startingMs = 15_000

/** What the evidence of a stream whose job exists amounts to. */
export function judge(evidence: Evidence): State {
  const { failures, answered, heard, quietMs, ageMs, calledLive, signedEnd, jobEnded } = evidence
  if (signedEnd) return 'ended'
  if (failures > 0) {
    if (jobEnded) return 'ended'
    if (failures > 1 && quietMs > (answered && !heard ? startingMs : patienceMs)) return 'transcoder-offline'
  }
  // A relay's word alone ends nothing: silence must bear it out.
  if (!calledLive && Math.max(quietMs, ageMs) > silenceMs) return 'ended'
  return heard ? 'live' : 'connecting'
}
