import { describe, expect, it } from 'vitest'
import { formatBitrate, formatBytes, formatDuration, formatSeconds } from './format'

describe('formatBitrate', () => {
  it('changes to megabits at a million bits per second', () => {
    expect([999_000, 1_000_000, 2_540_000].map(formatBitrate)).toEqual(['999 kbit/s', '1.0 Mbit/s', '2.5 Mbit/s'])
  })
})

describe('formatBytes', () => {
  it('uses a larger unit for a larger number', () => {
    expect([0, 12_345, 48_200_000, 3_210_000_000].map(formatBytes)).toEqual(['0 kB', '12 kB', '48.2 MB', '3.21 GB'])
  })
})

describe('formatDuration', () => {
  it('shows hours if the duration is an hour or more', () => {
    expect([-5, 7_900, 754_000, 3_723_000].map(formatDuration)).toEqual(['0:00', '0:07', '12:34', '1:02:03'])
  })
})

describe('formatSeconds', () => {
  it('has one decimal', () => expect(formatSeconds(4_249)).toBe('4.2 s'))
})
