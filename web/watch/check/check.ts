import { ProtocolError } from '@lp/contracts/protocol'
import { Check, StreamDirectory } from 'lp-relay'
import type { Problem } from '../../ui/Problem'
import type { CheckState, CheckStep } from './CheckState'
import { createFfmpegRunner } from './ffmpegRunner'
import type { Pick } from './Pick'

/** Checks one segment in this browser, from the receipt to the last bit. Rejects only when `signal` aborts. */
export async function check(
  pick: Pick,
  { signal, onStep }: { signal: AbortSignal; onStep(step: CheckStep): void },
): Promise<CheckState> {
  try {
    onStep('fetching')
    const readJob = (jobId: `0x${string}`) => StreamDirectory.readJob(pick.client, jobId)
    const fetched = await Check.fetchEvidence({ ...pick, readJob, signal })
    signal.throwIfAborted()
    if (!fetched) return { name: 'failed', pick, problem: noReceipt }
    onStep('loading')
    const transcode = createFfmpegRunner({ signal, onLoaded: () => onStep('transcoding') })
    const runner: Check.Runner = async (run) => {
      const outputs = await transcode(run)
      onStep('comparing')
      return outputs
    }
    const { work, payloads } = fetched
    const conclusion = await Check.checkSegment({ runner, work, payloads })
    return { name: 'done', pick, fetched, conclusion }
  } catch (error) {
    signal.throwIfAborted()
    return { name: 'failed', pick, problem: problemOf(error) }
  }
}

const noReceipt: Problem = {
  sentence: 'The transcoder shows no receipt for this segment.',
  nextStep: 'It may be too old, or too new. Check another one.',
}

/** What a relay sent, and could not be believed, is said in the protocol's own words. */
function problemOf(error: unknown): Problem {
  if (error instanceof Error && 'problem' in error) return error.problem as Problem
  const nextStep = 'Check another one. If it stays so, tell whoever sent you the link.'
  if (error instanceof ProtocolError) return { sentence: error.shortMessage, nextStep }
  return { sentence: 'The check could not be finished in this browser.', nextStep: 'Close other tabs and try again.' }
}
