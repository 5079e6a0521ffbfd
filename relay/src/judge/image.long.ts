import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PayloadTree } from '@lp/contracts/protocol'
import { buildImage } from '@lp/contracts/script/judgedImage'
import { expect, it } from 'vitest'
import * as Program from './Program'
import * as Task from './Task'

it.each(['one', 'another-with-a-longer-name'])(
  'a build in a new folder gives the image with the committed root: %s',
  async (name) => {
    const temporary = mkdtempSync(join(tmpdir(), `lp-${name}-`))
    try {
      const image = buildImage(join(temporary, 'image'), { temporary })
      expect(await Task.programRoot([Program.regionOf(image)])).toBe(Program.programRoot)
      expect(await PayloadTree.hash(image)).toBe(Program.imageHash)
    } finally {
      rmSync(temporary, { recursive: true })
    }
  },
)
