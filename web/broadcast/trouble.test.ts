import type { Progress } from 'lp-relay'
import { describe, expect, it } from 'vitest'
import { noProgress } from '../../relay/src/ingest/Progress'
import type { Lasting } from './Funds'
import { isOverdue, isUsedUp, troubleOf } from './trouble'

const refused = (code: string, isOfStream = false): Progress => ({
  ...{ phase: 'assigned', transcoder: undefined, sent: 9, acknowledged: 8, refused: 1, dropped: 0, unsettled: 2 },
  ...{ orphaned: 0, acknowledgedMs: 16_000, refusal: { code, message: 'The deposit is used up.', isOfStream } },
})
const unpaid = refused('assertPayable.UnpayableError')
const lasting = (leftMs: number, reserveMs = 60_000): Lasting => ({ leftMs, reserveMs })
const troubleAt = (progress: Progress, leftMs: number | undefined, quietMs = 0) =>
  troubleOf(progress, { quietMs, lasting: leftMs === undefined ? undefined : lasting(leftMs) })

describe('troubleOf', () => {
  it('says that the deposit is used up, and never that the stream goes on', () => {
    const trouble = troubleAt(unpaid, 3_000)
    expect(trouble?.sentence).toBe(
      'The deposit that the job had reserved is used up: the transcoder accepts no more segments, and viewers see nothing new.',
    )
    expect(trouble?.nextStep).toContain('this page ends the stream')
    expect(trouble?.nextStep).not.toContain('goes on')
  })

  it('does not believe a transcoder if it says that the deposit is used up, but the chain shows that the deposit lasts longer', () => {
    const trouble = troubleAt(unpaid, 600_000)
    expect(trouble?.sentence).toContain('it has not claimed enough of its earlier work')
    expect(trouble?.nextStep).toContain('More deposit does not help.')
  })

  it('only repeats the transcoder’s words while the deposit cannot be read', () => {
    const trouble = troubleAt(unpaid, undefined)
    expect(trouble?.sentence).toBe('The transcoder refused a segment: The deposit is used up.')
    expect(trouble?.nextStep).toContain('cannot read the deposit')
  })

  it('after a refusal for another reason, says “The stream goes on.” only while segments are accepted', () => {
    const other = refused('SegmentRun.RefusedError')
    expect(troubleAt(other, 600_000)?.nextStep).toContain('The stream goes on.')
    expect(troubleAt(other, 600_000, 7_000)?.nextStep).toContain('viewers see nothing new')
  })
})

describe('the trouble of a live stream', () => {
  it('is the cause that a transcoder names when it gives up the stream, and does not blame the quality', () => {
    const refusal = { code: 'DiskFullError', message: 'The disk of the transcoder is full.', isOfStream: true }
    for (const phase of ['searching', 'interrupted'] as const)
      expect(troubleAt({ ...noProgress, phase, unsettled: 9, refusal }, 600_000, 60_000)).toEqual({
        sentence: 'The disk of the transcoder is full.',
        nextStep: 'Keep this page open: it keeps your newest segments until another transcoder takes the stream.',
      })
  })

  it('ends when another transcoder has the stream', () => {
    expect(troubleAt({ ...noProgress, phase: 'assigned', refusal: undefined }, 600_000)).toBeUndefined()
  })

  it('is the quality only if a transcoder refuses a single segment', () => {
    const refusal = { code: 'Recipe.SourceError', message: 'The picture is too large.', isOfStream: false }
    expect(troubleAt({ ...noProgress, phase: 'assigned', refusal }, 600_000)?.nextStep).toContain(
      'choose another quality',
    )
  })
})

describe('isUsedUp', () => {
  it('needs the refusal of the transcoder and the agreement of the chain', () => {
    const { refusal, ...accepted } = unpaid
    expect(isUsedUp(unpaid, { quietMs: 0, lasting: lasting(3_000) })).toBe(true)
    expect(isUsedUp(unpaid, { quietMs: 0, lasting: lasting(600_000) })).toBe(false)
    expect(isUsedUp(unpaid, { quietMs: 0, lasting: undefined })).toBe(false)
    expect(isUsedUp({ ...accepted, refusal: undefined }, { quietMs: 0, lasting: lasting(0) })).toBe(false)
    expect(isUsedUp(refused('SegmentRun.RefusedError'), { quietMs: 0, lasting: lasting(0) })).toBe(false)
    // Ether that was added too late does not fill up the reserve.
    expect(isUsedUp(unpaid, { quietMs: 0, lasting: lasting(600_000, 3_000) })).toBe(true)
    // The rest of the deposit pays for the segments that wait for their acknowledgement, and for three more.
    expect(isUsedUp(unpaid, { quietMs: 0, lasting: lasting(15_000) })).toBe(false)
    expect(isUsedUp({ ...unpaid, unsettled: 6 }, { quietMs: 0, lasting: lasting(15_000) })).toBe(true)
  })
})

describe('isOverdue', () => {
  it('ends the stream only if the deposit is used up, and nothing was accepted for half a minute', () => {
    expect(isOverdue(unpaid, { quietMs: 31_000, lasting: lasting(3_000) })).toBe(true)
    expect(isOverdue(unpaid, { quietMs: 20_000, lasting: lasting(3_000) })).toBe(false)
    expect(isOverdue(unpaid, { quietMs: 31_000, lasting: lasting(600_000) })).toBe(false)
  })
})
