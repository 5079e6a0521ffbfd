import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Creates fake programs: an apt with the sources that the test chooses, and a compiler that takes no time. */
export function createDebian() {
  // If root starts a build, the build runs as the user `nobody`, who must be able to read and write here.
  const folder = mkdtempSync(join(tmpdir(), 'lp-debian-'))
  const [bin, state] = [join(folder, 'bin'), join(folder, 'state')] as const
  for (const path of [folder, bin, state]) {
    mkdirSync(path, { recursive: true })
    chmodSync(path, 0o777)
  }
  const real = execFileSync('/bin/sh', ['-c', 'command -v ffmpeg'], { encoding: 'utf8' }).trim()
  const set = (name: string, text: string) => writeFileSync(join(state, name), text)
  const add = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  add(
    'apt-get',
    `case "$*" in
*indextargets*)
  echo "http://mirror.example/debian/ bookworm main Debian"
  echo "http://mirror.example/debian/ bookworm-backports main Debian"
  echo "http://mirror.example/other/ stable main Other" ;;
*update*)
  id -u >> ${state}/users; cp "$APT_CONFIG" ${state}/apt.conf; cp "$(dirname "$APT_CONFIG")/sources.list" ${state}/sources.list
  cat ${state}/failure >&2 && exit 100; exit 0 ;;
*) for name in ffmpeg x264; do
    file=\${name}_$(cat ${state}/$name).dsc
    case "$*" in *--print-uris*) echo "'http://mirror.example/$file' $file 1 SHA256:0" ;; *) touch "$file" ;; esac
  done ;;
esac`,
  )
  add(
    'apt-config',
    `echo 'Acquire::http::Proxy "http://proxy.example:3142";'; echo 'APT::Update::Post-Invoke:: "rm -rf /";'; echo 'APT::Get::AllowUnauthenticated "true";'`,
  )
  add('dpkg-source', `mkdir "$4" && printf '#!/bin/sh\\n' > "$4/configure" && chmod +x "$4/configure"`)
  add(
    'make',
    `[ -e ${state}/broken ] && { echo "fatal error: out of registers" >&2; exit 2; }
[ "$2" = ffmpeg ] || exit 0
cp ${state}/program ffmpeg && chmod +x ffmpeg`,
  )
  for (const name of ['gcc', 'nasm']) add(name, 'exit 1')
  set('ffmpeg', '5.1.9-0+deb12u1')
  set('x264', '0.164.3095-3')
  set('program', `#!/bin/sh\nexec ${real} "$@"\n`)
  const keyring = join(folder, 'keyring.gpg')
  writeFileSync(keyring, '')
  return {
    directory: join(folder, 'cache', 'lp-relay', 'ffmpeg'),
    keyring,
    env: { PATH: `${bin}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, 'cache') },
    /** Publishes newer sources (`ffmpeg`, `x264`), or changes the program that the compiler makes (`program`). */
    set,
    /** The fake apt prints this text on stderr and fails. `undefined`: the fake apt works again. */
    fail: (text?: string) =>
      text === undefined ? rmSync(join(state, 'failure'), { force: true }) : set('failure', text),
    breakCompiler: () => set('broken', ''),
    removeTool: (name: string) => rmSync(join(bin, name)),
    /** The records of the fake apt: `users`, `apt.conf`, `sources.list`. */
    seen: (name: string) => readFileSync(join(state, name), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
