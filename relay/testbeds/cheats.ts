import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Code } from '../src/check/Finding'

/** How a transcoder cheats: what its ffmpeg does to the recipe, in a shell that walks over its arguments. */
type Cheat = {
  /** Rewrites `$arg`; `$before` is the argument before it. */
  rewrite?: string
  /** Runs `$real` by itself. */
  run?: string
  /** What a check finds. */
  finds: Code
}

const filter = (name: string) => `case "$arg" in scale=*) arg="${name},$arg";; esac`

export const cheats = {
  'half the bitrate': { rewrite: 'case "$before" in -qp) arg=$((arg + 5));; esac', finds: 'picture' },
  'a black segment': { rewrite: filter('drawbox=t=fill:c=black'), finds: 'picture' },
  'another segment’s output': {
    // The first that comes is transcoded honestly, and kept for all that follow.
    run: 'if [ -f "$0.first" ]; then cat > /dev/null & "$real" "$@" < "$0.first"; else tee "$0.first" | "$real" "$@"; fi',
    finds: 'timestamps',
  },
  'a small picture, upscaled': { rewrite: filter('scale=iw/4:ih/4'), finds: 'picture' },
  'shifted by a frame': { rewrite: filter('setpts=PTS+3000'), finds: 'timestamps' },
  'sound encoded anew': { rewrite: 'case "$before" in -c:a) arg=aac;; esac', finds: 'sound' },
  'a wrong size': {
    rewrite: 'case "$arg" in scale=*) arg="$arg,scale=64:48";; esac',
    finds: 'size',
  },
} as const satisfies Record<string, Cheat>

export type CheatName = keyof typeof cheats
export const cheatNames = Object.keys(cheats) as CheatName[]

/**
 * Writes an executable for `LP_FFMPEG` that passes for an honest ffmpeg, at a relay's self-test too, and cheats in one
 * way on every segment that is not the self-test's. Resolves with its path.
 */
export async function writeCheat(name: CheatName): Promise<string> {
  const { rewrite = '', run = 'exec "$real" "$@"' }: Cheat = cheats[name]
  const real = execFileSync('/bin/sh', ['-c', 'command -v ffmpeg'], { encoding: 'utf8' }).trim()
  const path = join(await mkdtemp(join(tmpdir(), 'lp-cheat-')), 'ffmpeg')
  const script = [
    '#!/bin/sh',
    `real=${real}`,
    'case "$*" in',
    // The self-test's ladder, and questions about the program.
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
