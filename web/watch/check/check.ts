import { ProtocolError } from '@lp/contracts/protocol'
import { Check, StreamDirectory } from 'lp-relay'
import type { Hex } from 'viem'
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
    const fetched = await fetchEvidence(pick, signal)
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

/** A picture can be on the screen before the last rendition of it is done. */
const attempts = 6
const pauseMs = 1_000

async function fetchEvidence(pick: Pick, signal: AbortSignal): Promise<Check.Fetched | undefined> {
  const readJob = (jobId: Hex) => StreamDirectory.readJob(pick.client, jobId)
  for (let left = attempts - 1; ; left--) {
    const fetched = await Check.fetchEvidence({ ...pick, readJob, signal })
    signal.throwIfAborted()
    const isWhole = fetched?.payloads.source && fetched.payloads.renditions?.every((payload) => payload)
    if (isWhole || left === 0) return fetched
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    signal.throwIfAborted()
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
  if (error instanceof ProtocolError && !(error instanceof Check.BrokenDownError))
    return { sentence: error.shortMessage, nextStep }
  return { sentence: 'The check could not be finished in this browser.', nextStep: 'Close other tabs and try again.' }
}
