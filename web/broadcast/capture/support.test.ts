import { afterEach, describe, expect, test, vi } from 'vitest'
import { PermissionRefusedError } from './deviceErrors'
import { isIos } from './isIos'
import { checkSupport, NoGetUserMediaError, NoSoundEncoderError, NoWebCodecsError } from './support'

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
  test('on an iPhone is to update iOS, to use a computer or Safari, or to change a setting, because other browsers have the same limits', () => {
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

describe('checkSupport', () => {
  /** A browser like Chromium on Linux: it has all functions, but no encoder for sound of its own. */
  function stubBrowser() {
    vi.stubGlobal('isSecureContext', true)
    vi.stubGlobal('navigator', { userAgent: mac, maxTouchPoints: 0, mediaDevices: { getUserMedia() {} } })
    vi.stubGlobal('VideoEncoder', { isConfigSupported: async () => ({ supported: true }) })
    vi.stubGlobal('MediaStreamTrackProcessor', class {})
    vi.stubGlobal('AudioEncoder', undefined)
  }

  test('finds no problem in a browser that can use our encoder for sound', async () => {
    stubBrowser()
    expect(await checkSupport()).toMatchObject({ ok: true, problems: [], aac: 'wasm' })
  })

  test.each([
    ['has no WebAssembly', undefined],
    [
      'forbids WebAssembly to the page',
      {
        Module: class {
          constructor() {
            throw new EvalError('WebAssembly is blocked by the Content Security Policy.')
          }
        },
      },
    ],
  ])('reports a browser that cannot encode sound itself and %s', async (_, webAssembly) => {
    stubBrowser()
    vi.stubGlobal('WebAssembly', webAssembly)
    const { ok, problems, aac } = await checkSupport()
    expect({ ok, aac }).toEqual({ ok: false, aac: null })
    expect(problems[0]).toBeInstanceOf(NoSoundEncoderError)
    expect(problems[0]?.nextStep).toContain('Allow WebAssembly')
  })

  test('needs no WebAssembly in a browser that encodes sound itself', async () => {
    stubBrowser()
    vi.stubGlobal('AudioEncoder', { isConfigSupported: async () => ({ supported: true }) })
    vi.stubGlobal('WebAssembly', undefined)
    expect(await checkSupport()).toMatchObject({ ok: true, aac: 'native' })
  })
})
