import type { Check } from 'lp-relay'

/** As scripts read it: `valid`, `invalid`, `input-invalid`, `unavailable`. */
export const verdictName = (verdict: Check.Verdict): string =>
  verdict.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

export const verdictWords: Record<Check.Verdict, { sentence: string; explanation: string }> = {
  Valid: {
    sentence: 'The transcoder did what it should.',
    explanation: 'Your browser made the same from the same source, down to the last bit.',
  },
  Invalid: {
    sentence: 'This is not what the transcoder should have made.',
    explanation:
      'Your browser made something else from the same source. On the chain, this costs a transcoder part of its stake.',
  },
  InputInvalid: {
    sentence: 'Nobody could have transcoded this segment.',
    explanation: 'It was broken already when it left the broadcaster. The transcoder is not to blame.',
  },
  Unavailable: {
    sentence: 'This cannot be decided.',
    explanation: 'Something that is needed could not be had. It may be too old: check another one.',
  },
}

/** What was found on one rendition, or, without one, on the segment as a whole. */
export const findingsOf = ({ findings }: Check.Conclusion, rendition: number | undefined): string[] =>
  findings.filter((finding) => finding.rendition === rendition).map(({ sentence }) => sentence)

/** Whether a rendition is the same; a finding on the whole segment, or a wrong quantiser, ends a check before that. */
export function renditionState(conclusion: Check.Conclusion, rendition: number): 'done' | 'failed' | 'skipped' {
  if (findingsOf(conclusion, rendition).length > 0) return 'failed'
  const isCut = conclusion.findings.some((finding) => finding.rendition === undefined || finding.code === 'quantiser')
  return isCut ? 'skipped' : 'done'
}
