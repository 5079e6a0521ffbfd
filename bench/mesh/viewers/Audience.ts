import type { Browser, BrowserContext, Page } from '@playwright/test'
import { launchBrowserWithoutCamera } from '../../../e2e/browser'
import { clock, frameRate } from '../clock'
import type { Life } from '../figures'
import { type Origin, startOrigin } from '../origin/startOrigin'
import type { Player } from './players'
import { probe, type Reading } from './probe'

export type Viewer = { page: Page; joined: Reading }

/** Without a GPU, the CPU draws the pictures. In a larger page, drawing would take more CPU time than all other work of a player. */
const viewport = { width: 480, height: 800 }

const nothing: Reading = {
  ...{ firstPictureMs: undefined, deliveredS: 0, stalls: 0, stalledS: 0, height: 0, sentBytes: 0, receivedBytes: 0 },
  behindS: { sum: 0, count: 0, newest: 0 },
}

/** The viewers of one stream. The cache of a page is off, unless `join` gets a context. */
export class Audience {
  readonly origin: Origin
  readonly #browsers: Browser[] = []
  readonly #newHost: (() => Promise<Browser>) | undefined
  readonly #player: Player
  readonly #isAdaptive: boolean
  readonly #viewers = new Set<Viewer>()
  readonly #left: Life[] = []

  private constructor(options: {
    origin: Origin
    player: Player
    isAdaptive: boolean
    newHost?: () => Promise<Browser>
  }) {
    this.origin = options.origin
    this.#newHost = options.newHost
    this.#player = options.player
    this.#isAdaptive = options.isAdaptive
  }

  /** `networkOf` makes a network in which each viewer has its own host. Without it, all viewers are pages of one browser on this host. */
  static async open(
    player: Player,
    {
      isAdaptive = false,
      networkOf,
    }: { isAdaptive?: boolean; networkOf?: (origin: Origin) => Promise<{ launch(): Promise<Browser> }> } = {},
  ): Promise<Audience> {
    const origin = await startOrigin(player.origin)
    const network = await networkOf?.(origin)
    return new Audience({ origin, player, isAdaptive, ...(network && { newHost: () => network.launch() }) })
  }

  get viewers(): readonly Viewer[] {
    return [...this.#viewers]
  }

  /**
   * Opens a page, and waits for its first picture. `context`: the page uses the cache of this context. Without `context`, the page has a
   * new context and no cache. `isHinted`: the link tells the viewer how to find the origin without HTTP and tracker.
   */
  async join(context?: BrowserContext, { isHinted = false } = {}): Promise<Viewer> {
    const own = context ?? (await this.newContext())
    const page = await own.newPage()
    const { hintedLink, playlist, startMs } = this.origin
    const link = isHinted ? hintedLink : this.origin.link
    if (!context) {
      const session = await own.newCDPSession(page)
      await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    }
    await page.addInitScript(probe, { startMs, clock, frameRate })
    await this.#player.open(page, { link, playlist, isAdaptive: this.#isAdaptive })
    await page.waitForFunction(() => readProbe().firstPictureMs !== undefined)
    const viewer = { page, joined: nothing }
    this.#viewers.add(viewer)
    return viewer
  }

  /**
   * A context whose pages can use the microphone and the camera. Without these permissions, a browser hides the address on loopback from a
   * page, and two pages cannot connect.
   */
  async newContext(): Promise<BrowserContext> {
    const known = this.#newHost ? undefined : this.#browsers[0]
    const browser = known ?? (await (this.#newHost ?? launchBrowserWithoutCamera)())
    if (!known) this.#browsers.push(browser)
    return browser.newContext({ permissions: ['microphone', 'camera'], viewport })
  }

  /** Closes a viewer's page, as a person does. */
  async leave(viewer: Viewer): Promise<void> {
    this.#viewers.delete(viewer)
    this.#left.push({ from: viewer.joined, to: await read(viewer) })
    // With `runBeforeUnload`, the page receives `pagehide` and can tell the other viewers that it leaves.
    const closed = viewer.page.waitForEvent('close')
    await viewer.page.close({ runBeforeUnload: true })
    await closed
  }

  /** Starts the measured time of all present viewers. */
  async begin(): Promise<void> {
    this.#left.length = 0
    await Promise.all(
      [...this.#viewers].map(async (viewer) => {
        viewer.joined = await read(viewer)
      }),
    )
  }

  /**
   * Two readings of each viewer. The first is from `begin`, or from the moment when the viewer joined, if that was after `begin`. The
   * second is from now, or from the moment when the viewer left. `stayed`: the viewers that were there for the whole time.
   */
  async lives(): Promise<{ all: Life[]; stayed: Life[] }> {
    const present = await Promise.all(
      [...this.#viewers].map(async (viewer) => ({ from: viewer.joined, to: await read(viewer) })),
    )
    return { all: [...present, ...this.#left], stayed: present.filter(({ from }) => from !== nothing) }
  }

  async close(): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()))
    await this.origin.stop()
  }
}

export const read = ({ page }: Pick<Viewer, 'page'>): Promise<Reading> => page.evaluate(() => readProbe())
