import { ProtocolError } from '@lp/contracts/protocol'
import { Check, StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Hex } from 'viem'
import type { Problem } from '../../ui/Problem'
import type { CheckState, CheckStep } from './CheckState'
import { createFfmpegRunner } from './ffmpegRunner'
import type { SegmentToCheck } from './SegmentToCheck'

const log = logOf('check')

/** Checks one segment in this browser. Rejects only when `signal` aborts. */
export async function check(
  segment: SegmentToCheck,
  { signal, onStep }: { signal: AbortSignal; onStep(step: CheckStep): void },
): Promise<CheckState> {
  try {
    onStep('fetching')
    const fetched = await fetchEvidence(segment, signal)
    if (!fetched) return { name: 'failed', segment, problem: noReceipt }
    onStep('loading')
    const transcode = createFfmpegRunner({ signal, onLoaded: () => onStep('transcoding') })
    const runner: Check.Runner = async (run) => {
      const outputs = await transcode(run)
      onStep('comparing')
      return outputs
    }
    const { work, payloads } = fetched
    const conclusion = await Check.checkSegment({ runner, work, payloads })
    return { name: 'done', segment, fetched, conclusion }
  } catch (error) {
    signal.throwIfAborted()
    log.fault(error as Error)
    return { name: 'failed', segment, problem: problemOf(error) }
  }
}

/** A segment can be on screen before its last rendition is ready. So the evidence is fetched up to this number of times. */
const attempts = 6
const pauseMs = 1_000

async function fetchEvidence(segment: SegmentToCheck, signal: AbortSignal): Promise<Check.Fetched | undefined> {
  const readJob = (jobId: Hex) => StreamDirectory.readJob(segment.client, jobId)
  for (let left = attempts - 1; ; left--) {
    const fetched = await Check.fetchEvidence({ ...segment, readJob, signal })
    signal.throwIfAborted()
    const isWhole = fetched?.payloads.source && fetched.payloads.renditions?.every((payload) => payload)
    if (isWhole || left === 0) return fetched
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    signal.throwIfAborted()
  }
}

const noReceipt: Problem = {
  sentence: 'The transcoder has no receipt for this segment.',
  nextStep: 'The segment may be too old or too new. Check another segment.',
}

/** The sentence and the next step for an error. Wrong evidence from a relay is a `ProtocolError`, which has its own sentence. */
function problemOf(error: unknown): Problem {
  if (error instanceof Error && 'problem' in error) return error.problem as Problem
  const nextStep = 'Check another segment. If this happens again, tell the broadcaster.'
  if (error instanceof ProtocolError && !(error instanceof Check.BrokenDownError))
    return { sentence: error.shortMessage, nextStep }
  return { sentence: 'The check could not be finished in this browser.', nextStep: 'Close other tabs and try again.' }
}
