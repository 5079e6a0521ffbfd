import { describe, expect, test } from 'vitest'
import { createAudioTimeline } from './AudioTimeline'
import { createMediaClock } from './MediaClock'

const START_TICKS = 90_000

function recordingTimeline() {
  const clock = createMediaClock({ startTicks: START_TICKS, startMs: 0 })
  const samples: number[] = []
  const onSound = ({ left }: { left: Float32Array }, firstSample: number) => {
    expect(firstSample).toBe(samples.length)
    samples.push(...left)
  }
  return { clock, samples, timeline: createAudioTimeline({ clock, startTicks: START_TICKS, onSound }) }
}

function block(length: number, value = 1) {
  const samples = new Float32Array(length).fill(value)
  return { left: samples, right: samples }
}

describe('createAudioTimeline', () => {
  test('starts with silence when the microphone starts later than the camera', () => {
    const { samples, timeline } = recordingTimeline()
    timeline.add(block(480), 10)
    expect(samples.length).toBe(960)
    expect(samples.indexOf(1)).toBe(480)
  })

  test('leaves out sound that was captured before the start', () => {
    const { samples, timeline } = recordingTimeline()
    timeline.add(block(480), -4)
    expect(samples.length).toBe(288)
  })

  test('joins blocks without a gap if they arrive with jitter, and moves the clock towards the time of the sound', () => {
    const { clock, samples, timeline } = recordingTimeline()
    timeline.add(block(480), 0)
    timeline.add(block(480), 17)
    expect(samples.length).toBe(960)
    expect(clock.ticksAt(0)).toBe(START_TICKS - 1)
  })

  test('follows a microphone whose clock runs slow, and adds no silence', () => {
    const { clock, samples, timeline } = recordingTimeline()
    for (let index = 0; index < 6_000; index++) timeline.add(block(480), index * 10.005)
    expect(samples.includes(0)).toBe(false)
    expect(Math.abs(clock.ticksAt(60_030) - START_TICKS - 60_000 * 90)).toBeLessThan(100)
  })

  test('fills an interruption with silence of the same length', () => {
    const { samples, timeline } = recordingTimeline()
    timeline.add(block(480), 0)
    timeline.add(block(480), 510)
    expect(samples.length).toBe(520 * 48)
    expect(samples.filter((sample) => sample === 0).length).toBe(500 * 48)
  })

  test('writes no silence when the sound is only a short time late', () => {
    const { samples, timeline } = recordingTimeline()
    timeline.add(block(480), 0)
    timeline.fill(300, { isLost: false })
    expect(samples.length).toBe(480)
    timeline.fill(500, { isLost: false })
    expect(samples.length).toBe(500 * 48)
  })

  test('leaves out late sound if silence was already written in its place', () => {
    const { samples, timeline } = recordingTimeline()
    timeline.add(block(480), 0)
    timeline.fill(500, { isLost: false })
    timeline.add(block(480), 10)
    expect(samples.length).toBe(500 * 48)
  })

  test('writes silence after the microphone was lost', () => {
    const { samples, timeline } = recordingTimeline()
    timeline.fill(50, { isLost: true })
    timeline.fill(100, { isLost: true })
    expect(samples.length).toBe(4_800)
  })
})
