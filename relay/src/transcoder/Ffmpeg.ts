import type { Recipe } from '@lp/contracts/protocol'
import type { OwnBuild } from '../ffmpeg/OwnBuild'
import type { Sandbox } from './sandbox'

/** An ffmpeg program that passed the self-test: its output equals the output of the recipe, bit for bit. */
export type Ffmpeg = {
  path: string
  version: string
  dialect: Recipe.Dialect
  sandbox: Sandbox
  /** Set if `lp-relay ffmpeg` built this program. */
  ownBuild?: OwnBuild
}
