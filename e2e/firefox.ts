import { type Browser, launch } from 'puppeteer-core'

/**
 * A real Firefox with a fake camera and a fake microphone, which every page can use. Puppeteer controls it, because Playwright cannot control
 * Debian's Firefox.
 */
export const launchFirefox = (): Promise<Browser> =>
  launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr',
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      // By default, Firefox sends mDNS names instead of local addresses. A test machine has no mDNS server, so peers cannot find the
      // address of a name.
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.peerconnection.ice.loopback': true,
    },
  })
