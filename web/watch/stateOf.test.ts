import { describe, expect, test } from 'vitest'
import { stateOf } from './stateOf'
import { initialSnapshot } from './WatchSession'

type State = (typeof initialSnapshot)['stream']['state']

const nameOf = (state: State, playing: Partial<(typeof initialSnapshot)['playing']> = {}) =>
  stateOf({ stream: { ...initialSnapshot.stream, state }, playing: { ...initialSnapshot.playing, ...playing } }).name

const moving = { hasStarted: true }
const waiting = { hasStarted: true, isWaiting: true }

describe('stateOf', () => {
  test('is `live` only while the picture moves', () => {
    expect(nameOf('live')).toBe('connecting')
    expect(nameOf('live', moving)).toBe('live')
    expect(nameOf('live', waiting)).toBe('buffering')
    expect(nameOf('live', { isSought: true })).toBe('buffering')
  })

  test.for(['reconnecting', 'silent', 'ended', 'transcoder-offline'] as const)(
    'is `%s` while the picture does not move, and `live` while it moves',
    (state) => {
      expect(nameOf(state)).toBe(state)
      expect(nameOf(state, moving)).toBe('live')
      expect(nameOf(state, waiting)).toBe(state)
      expect(nameOf(state, { ...moving, isFinished: true })).toBe(state)
    },
  )

  test('does not depend on the newest segments while the player plays the past', () => {
    for (const state of ['live', 'reconnecting', 'silent', 'ended', 'transcoder-offline'] as const) {
      expect(nameOf(state, { isPast: true })).toBe('buffering')
      expect(nameOf(state, { ...moving, isPast: true })).toBe('live')
      expect(nameOf(state, { ...waiting, isPast: true })).toBe('buffering')
    }
    expect(nameOf('ended', { ...moving, isPast: true, isFinished: true })).toBe('ended')
  })

  test('is `locked` while the stream is paid and the viewer does not pay', () => {
    const stream = { ...initialSnapshot.stream, state: 'live' as const }
    expect(stateOf({ ...initialSnapshot, stream, isLocked: true }).name).toBe('locked')
    const playing = { ...initialSnapshot.playing, ...moving }
    expect(stateOf({ stream, playing, isLocked: true }).name).toBe('live')
  })

  test('is `unpaid` while the picture waits for bytes that are not free of charge', () => {
    const stream = { ...initialSnapshot.stream, state: 'live' as const }
    expect(stateOf({ ...initialSnapshot, stream, isUnpaid: true }).name).toBe('unpaid')
    const playing = { ...initialSnapshot.playing, ...moving }
    expect(stateOf({ stream, playing, isUnpaid: true }).name).toBe('live')
  })

  test('is `failed` while nothing plays and the code of payments cannot be loaded', () => {
    const stream = { ...initialSnapshot.stream, state: 'live' as const }
    const paymentProblem = { sentence: 'No.', nextStep: 'Yes.' }
    for (const isLocked of [true, false])
      expect(stateOf({ ...initialSnapshot, stream, isLocked, paymentProblem })).toEqual({
        ...{ name: 'failed', problem: paymentProblem },
      })
    const playing = { ...initialSnapshot.playing, ...moving }
    expect(stateOf({ stream, playing, paymentProblem }).name).toBe('live')
  })

  test('is `failed`, with a sentence and a next step, if the player or the stream fails', () => {
    const problem = { sentence: 'No.', nextStep: 'Yes.' }
    expect(nameOf('live', { problem })).toBe('failed')
    expect(stateOf({ ...initialSnapshot, stream: { ...initialSnapshot.stream, state: 'failed' } })).toMatchObject({
      problem: { sentence: expect.stringMatching(/\.$/), nextStep: expect.stringMatching(/\.$/) },
    })
  })
})
