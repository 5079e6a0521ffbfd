import { createHash } from 'node:crypto'

// An encoder or decoder of strangers' data must not be less protected than Debian's own build.
const hardening = '-O3 -fstack-protector-strong -D_FORTIFY_SOURCE=2'

// This path is relative, because `configure` fails if a path contains a space. x264 and ffmpeg are built in two folders beside
// `prefix`.
const prefix = '../prefix'

/** Options of x264's `configure`. The recipe uses one thread, and pictures with 8 bits. */
export const x264Options: readonly string[] = [
  `--prefix=${prefix}`,
  ...['--enable-static', '--enable-pic', '--disable-cli', '--disable-opencl', '--disable-thread'],
  ...['--bit-depth=8', `--extra-cflags=${hardening}`],
]

/**
 * Options of ffmpeg's `configure`: only what the recipe uses. `configure` finds x264 by the paths below. So the program
 * `true`, which does nothing, takes the place of pkg-config.
 *
 * The demuxer, parser and decoder of AAC and the filter `extract_extradata` find out which kinds of elementary streams a source has. The
 * code that recognises AAC is in the demuxer of AAC. Without this demuxer, ffmpeg reads the whole segment before it makes the first
 * picture.
 */
export const ffmpegOptions: readonly string[] = [
  ...['--disable-everything', '--disable-autodetect', '--disable-doc', '--disable-network', '--disable-debug'],
  ...['--disable-ffplay', '--disable-ffprobe', '--disable-avdevice', '--disable-postproc', '--disable-pthreads'],
  ...['--enable-gpl', '--enable-libx264', '--enable-pic', '--pkg-config=true'],
  ...['--enable-decoder=h264,aac', '--enable-parser=h264,aac', '--enable-encoder=libx264'],
  ...['--enable-demuxer=mpegts,aac', '--enable-muxer=mpegts', '--enable-protocol=pipe,file'],
  ...['--enable-filter=scale,format,null,anull', '--enable-bsf=extract_extradata,h264_mp4toannexb'],
  ...[`--extra-cflags=-I${prefix}/include ${hardening}`],
  ...[`--extra-ldflags=-static-pie -L${prefix}/lib`, '--extra-libs=-lx264 -lm'],
]

/** Identifies the options. A release of lp-relay with other options builds x264 and ffmpeg again. */
export const configurationHash = createHash('sha256')
  .update(JSON.stringify([x264Options, ffmpegOptions]))
  .digest('hex')
  .slice(0, 16)
