import { Verdict } from '@lp/contracts/protocol'
import type { Check } from 'lp-relay'
import { describe, expect, it } from 'vitest'
import { findingsOf, renditionState, verdictWords } from './verdict'

const sound = { code: 'sound', rendition: 1, sentence: 'The sound differs.' } as const

describe('verdictWords', () => {
  it('has a sentence for each verdict of the protocol', () => {
    expect(Object.keys(verdictWords)).toEqual(Verdict.names.filter((name) => name !== 'None'))
  })
})

describe('findingsOf', () => {
  it('separates findings about the segment from findings about a rendition', () => {
    const source = { code: 'source-missing', sentence: 'The source was not available.' } as const
    const conclusion = { verdict: 'Invalid', findings: [source, sound] } as const
    expect(findingsOf(conclusion, undefined)).toEqual(['The source was not available.'])
    expect([0, 1].map((rendition) => findingsOf(conclusion, rendition))).toEqual([[], ['The sound differs.']])
  })
})

describe('renditionState', () => {
  const states = (conclusion: Check.Conclusion) => [0, 1].map((rendition) => renditionState(conclusion, rendition))

  it('is `done` only for renditions that were compared and are equal', () => {
    expect(states({ verdict: 'Valid', findings: [] })).toEqual(['done', 'done'])
    expect(states({ verdict: 'Invalid', findings: [sound] })).toEqual(['done', 'failed'])
    const quantiser = {
      code: 'quantiser',
      rendition: 0,
      sentence: 'The quantiser is 31 where the rule gives 26.',
    } as const
    expect(states({ verdict: 'Invalid', findings: [quantiser] })).toEqual(['failed', 'skipped'])
    const refused = { code: 'source-refused', sentence: 'The source cannot be transcoded.' } as const
    expect(states({ verdict: 'InputInvalid', findings: [refused] })).toEqual(['skipped', 'skipped'])
  })
})
