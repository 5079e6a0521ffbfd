import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Code } from '../src/check/Finding'

/** How a transcoder cheats: a shell script changes the arguments of ffmpeg, or runs ffmpeg differently. */
type Cheat = {
  /** Shell code that changes `$arg`. `$before` is the previous argument. */
  rewrite?: string
  /** Shell code that runs `$real`, the real ffmpeg, in another way. */
  run?: string
  /** The code of the finding that the check reports for this cheat. */
  finds: Code
}

const filter = (name: string) => `case "$arg" in scale=*) arg="${name},$arg";; esac`

export const cheats = {
  'half the bitrate': { rewrite: 'case "$before" in -qp) arg=$((arg + 5));; esac', finds: 'picture' },
  'a black segment': { rewrite: filter('drawbox=t=fill:c=black'), finds: 'picture' },
  'another segment’s output': {
    // The first segment is transcoded honestly. For each later segment, the first segment is transcoded again.
    run: 'if [ -f "$0.first" ]; then cat > /dev/null & "$real" "$@" < "$0.first"; else tee "$0.first" | "$real" "$@"; fi',
    finds: 'timestamps',
  },
  'a small picture, upscaled': { rewrite: filter('scale=iw/4:ih/4'), finds: 'picture' },
  'shifted by a frame': { rewrite: filter('setpts=PTS+3000'), finds: 'timestamps' },
  'sound that is encoded again': { rewrite: 'case "$before" in -c:a) arg=aac;; esac', finds: 'sound' },
  'a wrong size': {
    rewrite: 'case "$arg" in scale=*) arg="$arg,scale=64:48";; esac',
    finds: 'size',
  },
} as const satisfies Record<string, Cheat>

export type CheatName = keyof typeof cheats
export const cheatNames = Object.keys(cheats) as CheatName[]

/**
 * Writes an executable for `LP_FFMPEG`. The executable is honest in a relay's self-test, and uses the cheat `name`
 * when it transcodes segments. Resolves to the path of the executable.
 */
export async function writeCheat(name: CheatName): Promise<string> {
  const { rewrite = '', run = 'exec "$real" "$@"' }: Cheat = cheats[name]
  const real = execFileSync('/bin/sh', ['-c', 'command -v ffmpeg'], { encoding: 'utf8' }).trim()
  const path = join(await mkdtemp(join(tmpdir(), 'lp-cheat-')), 'ffmpeg')
  const script = [
    '#!/bin/sh',
    `real=${real}`,
    'case "$*" in',
    // The real ffmpeg runs unchanged for the self-test, and for calls that request the version or the options.
    '  *scale=160:96:*) exec "$real" "$@";;',
    '  *"-i pipe:0"*) ;;',
    '  *) exec "$real" "$@";;',
    'esac',
    'before=',
    'for arg; do',
    '  shift',
    `  original=$arg`,
    `  ${rewrite || ':'}`,
    '  before=$original',
    '  set -- "$@" "$arg"',
    'done',
    run,
  ]
  await writeFile(path, `${script.join('\n')}\n`)
  await chmod(path, 0o755)
  return path
}
