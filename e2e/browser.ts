import { type Browser, chromium } from '@playwright/test'

const camera = '--use-fake-device-for-media-stream'

/** A real Chromium, with a camera and a microphone that are there on every machine. */
export const launchBrowser = (...args: string[]): Promise<Browser> =>
  launch([camera, '--use-fake-ui-for-media-stream', ...args])

/** The same, where the camera is refused to every page until a permission is granted. */
export const launchRefusingBrowser = (): Promise<Browser> => launch([camera])

/** A real Chromium on a machine to which neither camera nor microphone is connected. */
export const launchBrowserWithoutCamera = (): Promise<Browser> => launch([])

const launch = (args: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
      ...['--allow-loopback-in-peer-connection', ...args],
    ],
  })
