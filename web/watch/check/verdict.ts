import type { Verdict } from '@lp/contracts/protocol'
import type { Check } from 'lp-relay'

export const verdictWords: Record<Verdict.Verdict, { sentence: string; explanation: string }> = {
  Valid: {
    sentence: 'The transcoder worked correctly.',
    explanation: 'Your browser made the same renditions from the same source, bit for bit.',
  },
  Invalid: {
    sentence: 'The transcoder’s result is wrong.',
    explanation:
      'For this source, the correct result is different. A transcoder can be slashed on chain for a wrong result.',
  },
  InputInvalid: {
    sentence: 'This segment cannot be transcoded.',
    explanation: 'The broadcaster sent a broken segment. This is not the transcoder’s fault.',
  },
  Unavailable: {
    sentence: 'This segment cannot be checked.',
    explanation: 'Some data was not available; the segment may be too old. Check another segment.',
  },
}

/** The findings on one rendition. If `rendition` is undefined, the findings on the whole segment. */
export const findingsOf = ({ findings }: Check.Conclusion, rendition: number | undefined): string[] =>
  findings.filter((finding) => finding.rendition === rendition).map(({ sentence }) => sentence)

/**
 * `done`: the browser made the same rendition as the transcoder. `failed`: there is a finding on the rendition. `skipped`: the rendition
 * was not compared, because a finding on the whole segment, or a wrong quantiser, ends a check before the comparison.
 */
export function renditionState(conclusion: Check.Conclusion, rendition: number): 'done' | 'failed' | 'skipped' {
  if (findingsOf(conclusion, rendition).length > 0) return 'failed'
  const isStopped = conclusion.findings.some(
    (finding) => finding.rendition === undefined || finding.code === 'quantiser',
  )
  return isStopped ? 'skipped' : 'done'
}
