import type { Plugin } from 'vite'

/** Texts of hls.js and their replacements. Our segments are MPEG-TS, and our own loaders fetch them: no other format and no loader is needed. */
const cuts: readonly (readonly [from: string, to: string])[] = [
  [
    `const muxConfig = [{
  demux: MP4Demuxer,
  remux: PassThroughRemuxer
}, {
  demux: TSDemuxer,
  remux: MP4Remuxer
}, {
  demux: AACDemuxer,
  remux: MP4Remuxer
}, {
  demux: MP3Demuxer,
  remux: MP4Remuxer
}];`,
    'const muxConfig = [{ demux: TSDemuxer, remux: MP4Remuxer }];',
  ],
  // These parts change the quality by the size of the window or by dropped pictures, read ID3, and read servers from a playlist. We turn none of
  // them on.
  ['  capLevelController: CapLevelController,', '  capLevelController: undefined,'],
  ['  fpsController: FPSController,', '  fpsController: undefined,'],
  ['  id3TrackController: ID3TrackController,', '  id3TrackController: undefined,'],
  ['  contentSteeringController: ContentSteeringController ,', '  contentSteeringController: undefined,'],
  ['  loader: XhrLoader,', '  loader: undefined,'],
  ['if (currentLoader !== FetchLoader && currentLoader !== XhrLoader) {', 'if (true) {'],
  // Our playlists name no keys: `Viewer` decrypts the segments of a paid stream before hls.js gets them.
  [
    'const keyLoader = new KeyLoader(this.config, this.logger);',
    'const keyLoader = { abort() {}, destroy() {}, loadClear: () => null };',
  ],
  ['this.decrypter = new Decrypter(hls.config);', 'this.decrypter = undefined;'],
  ['decrypter = this.decrypter = new Decrypter(this.config);', ''],
  ['this.decrypter = new Decrypter(config, true);', ''],
  ['new SampleAesDecrypter(this.observer, this.config, keyData)', 'undefined'],
  // The picture has no captions.
  ['parseSEIMessageFromNALu(unit.data, 1, pes.pts, textTrack.samples);', ''],
]

/**
 * Leaves out the statements that only write to the log of hls.js. We never turn this log on, and its sentences are a tenth of hls.js. A statement
 * stays if it also changes something.
 */
export function withoutLog(code: string, parse: (code: string) => unknown): string {
  const statements: Node[] = []
  visit(parse(code), (node) => {
    const isLog = node.type === 'ExpressionStatement' && isLogCall(node.expression)
    if (isLog) statements.push(node)
    return isLog
  })
  const kept = statements.map(({ end }, at) => code.slice(end, statements[at + 1]?.start))
  return [code.slice(0, statements[0]?.start), ...kept].join(';')
}

type Node = { type: string; start: number; end: number; [field: string]: unknown }

/** Calls `see` with each node, outer nodes first. If `see` returns true, the nodes in this node are left out. */
function visit(value: unknown, see: (node: Node) => boolean): void {
  if (typeof value !== 'object' || value === null) return
  if ('type' in value && typeof value.type === 'string' && see(value as Node)) return
  for (const part of Object.values(value)) visit(part, see)
}

const changes = ['AssignmentExpression', 'UpdateExpression', 'AwaitExpression', 'YieldExpression']

function isLogCall(expression: unknown): boolean {
  const { type, callee } = expression as Node
  const { object, property } = (callee ?? {}) as { object?: { name?: string }; property?: { name?: string } }
  if (type !== 'CallExpression' || !['log', 'warn'].includes(property?.name ?? '') || object?.name === 'console')
    return false
  let isHarmless = true
  visit(expression, (node) => {
    if (changes.includes(node.type) || (node.type === 'UnaryExpression' && node.operator === 'delete'))
      isHarmless = false
    return false
  })
  return isHarmless
}

/** Leaves out the parts of hls.js that we never use. Each viewer downloads hls.js before the first picture. */
export const slimHls: Plugin = {
  name: 'lp:slim-hls',
  apply: 'build',
  transform(code, id) {
    if (!id.endsWith('hls.js/dist/hls.light.mjs')) return undefined
    const cut = cuts.reduce((whole, [from, to]) => {
      if (!whole.includes(from)) throw new Error(`hls.js has changed. Correct this text in scripts/slimHls.ts: ${from}`)
      return whole.replaceAll(from, () => to)
    }, code)
    return withoutLog(cut, (text) => this.parse(text))
  },
}
