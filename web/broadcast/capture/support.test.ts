import { afterEach, describe, expect, test, vi } from 'vitest'
import { PermissionRefusedError } from './deviceErrors'
import { isIos } from './isIos'
import { NoGetUserMediaError, NoWebCodecsError } from './support'

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 15_6 like Mac OS X) AppleWebKit/605.1.15 Version/15.6 Mobile/15E148 Safari/604.1'
const chromeOnIphone = iphone.replace('Version/15.6', 'CriOS/120.0.6099.119')
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15'

afterEach(() => vi.unstubAllGlobals())

describe('isIos', () => {
  test.each([
    ['an iPhone', iphone, 5, true],
    ['Chrome on an iPhone', chromeOnIphone, 5, true],
    ['an iPad, which says that it is a Mac', mac, 5, true],
    ['a Mac', mac, 0, false],
  ])('is correct for %s', (_, userAgent, maxTouchPoints, expected) => {
    expect(isIos({ userAgent, maxTouchPoints })).toBe(expected)
  })
})

describe('the next step', () => {
  test('on an iPhone is to update iOS or to use a computer, because another browser does not help there', () => {
    vi.stubGlobal('navigator', { userAgent: chromeOnIphone, maxTouchPoints: 5 })
    expect(new NoWebCodecsError().nextStep).toContain('Update to iOS 16.4 or newer, or use a computer')
    expect(new NoGetUserMediaError().nextStep).toBe('Open this page in Safari, not inside another app.')
    expect(new PermissionRefusedError({ kind: 'camera' }).nextStep).toContain('Website Settings')
  })

  test('on a computer is to use another browser', () => {
    vi.stubGlobal('navigator', { userAgent: mac, maxTouchPoints: 0 })
    expect(new NoWebCodecsError().nextStep).toBe('Open this page in a current Chrome, Edge or Brave.')
  })
})
