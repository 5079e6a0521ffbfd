import { access, constants, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { findFfmpeg } from '../../transcoder/findFfmpeg'
import { measureCapacity } from '../../transcoder/measureCapacity'
import { BadError, examine, type Finding } from './Finding'

const gib = 1024 ** 3
/** With less free space, a relay soon refuses streams: an hour of a stream with its renditions needs about 2 GiB. */
const neededBytes = 2 * gib

/** Whether an ffmpeg of this machine follows the recipe, and whether it runs in a sandbox. */
export const examineFfmpeg = (env: NodeJS.ProcessEnv = process.env): Promise<Finding> =>
  examine('ffmpeg', async () => {
    const ffmpeg = await findFfmpeg(env)
    const { path, version, sandbox } = ffmpeg
    const { pixelsPerSecond } = await measureCapacity(ffmpeg)
    if (sandbox.kind === 'none')
      throw new BadError(
        `${path} (${version}) follows the recipe, but runs without a sandbox (${sandbox.reason}). Install bubblewrap, and allow it to use user namespaces.`,
      )
    return `${path} (${version}) follows the recipe in a sandbox, and transcodes ${Math.round(pixelsPerSecond / 1e6)} megapixels a second.`
  })

/** Whether the data directory can be written, and how much space is free. The directory does not have to exist. */
export const examineDisk = (directory: string): Promise<Finding> =>
  examine('disk', async () => {
    const place = await existing(directory)
    await access(place, constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(place)
    const free = `${((bavail * bsize) / gib).toFixed(1)} GiB are free for ${directory}.`
    if (bavail * bsize < neededBytes)
      throw new BadError(`Only ${free} Make space on this disk, or choose another directory with --data.`)
    return free
  })

/** The directory, or the nearest directory above it that exists. */
async function existing(directory: string): Promise<string> {
  const found = await access(directory).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
  return found ? directory : existing(dirname(directory))
}
