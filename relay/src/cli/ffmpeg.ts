import { userInfo } from 'node:os'
import { buildOwnFfmpeg, removeOwnFfmpeg } from '../node/buildOwnFfmpeg'

export type FfmpegOptions = { again?: boolean; remove?: boolean }

/** Builds or removes the ffmpeg of this user, and shows each step on stderr. Resolves to a sentence about the result. */
export async function printFfmpeg({ again = false, remove = false }: FfmpegOptions): Promise<string> {
  const user = userInfo().username
  if (remove)
    return `${await removeOwnFfmpeg()} is removed. Restart the relays of the user ${user} now: they cannot transcode until they use the system’s ffmpeg.`
  const { build, isNew } = await buildOwnFfmpeg({ again, say: (step) => console.error(step) })
  const { ffmpeg, x264 } = build.origin
  const what = `ffmpeg ${ffmpeg} with x264 ${x264}, from Debian’s newest sources, is ${isNew ? 'built' : 'already built'}: ${build.path}`
  return `${what}\nRelays of the user ${user} use it from their next start on, unless LP_FFMPEG names another program.`
}
