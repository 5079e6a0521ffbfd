import { type Browser, chromium } from '@playwright/test'

const camera = '--use-fake-device-for-media-stream'

/** A real Chromium with a fake camera and a fake microphone, which every page can use. So a test machine needs no real devices. */
export const launchBrowser = (...args: string[]): Promise<Browser> =>
  launch([camera, '--use-fake-ui-for-media-stream', ...args])

/** A Chromium with a fake camera, which no page can use before a test grants the permission. */
export const launchBrowserWithoutPermission = (): Promise<Browser> => launch([camera])

/**
 * A real Chromium without camera and microphone. `program`: the program to start instead of Chromium; it must start Chromium with the
 * arguments that it receives.
 */
export const launchBrowserWithoutCamera = ({ program = chromiumPath() } = {}): Promise<Browser> => launch([], program)

export const chromiumPath = (): string => process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

const launch = (args: readonly string[], executablePath = chromiumPath()): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
      ...['--allow-loopback-in-peer-connection', ...args],
    ],
  })
