import { chown, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'
import type { Versions } from './OwnBuild'
import { nobody, runTool, ToolError, type Workshop } from './runTool'

/** Only Debian's own keys may sign the sources. Keys that the system trusts for other repositories are not accepted. */
export const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** apt with a configuration and lists of its own. It does not need the rights of root, and does not change the system's apt. */
export type Apt = {
  /** Asks Debian for its newest sources. Resolves to their versions. Throws `FetchError`. */
  newest(): Promise<Versions>
  /** Fetches the newest sources that apt knows. Resolves to the paths of their descriptions (.dsc). Throws `FetchError`. */
  download(directory: string): Promise<Record<keyof Versions, string>>
}

const packages = ['ffmpeg', 'x264']

export async function createApt(workshop: Workshop, { keyring = debianKeyring } = {}): Promise<Apt> {
  const home = join(workshop.directory, 'apt')
  const [sources, config, query] = [join(home, 'sources.list'), join(home, 'apt.conf'), join(home, 'query')] as const
  const folders = ['lists/partial', 'cache/archives/partial', 'query'].map((folder) => join(home, folder))
  await runTool(workshop, { command: 'mkdir', args: ['-p', ...folders] })
  const lines = await sourceLines(workshop, keyring)
  const settings = `${await networkSettings(workshop)}${ownSettings({ home, sources })}`
  await writeFor(workshop, sources, lines)
  await writeFor(workshop, config, settings)
  const get = async (args: readonly string[], cwd = query) => {
    try {
      return await runTool(workshop, { command: 'apt-get', args: ['-qq', ...args], cwd, env: { APT_CONFIG: config } })
    } catch (error) {
      throw error instanceof ToolError ? new FetchError(error) : error
    }
  }
  const listed = async () => readDescriptions(await get(['--print-uris', 'source', ...packages]))
  return {
    async newest() {
      await get(['update'])
      return versionsOf(await listed())
    },
    async download(directory) {
      const { ffmpeg, x264 } = await listed()
      await get(['--download-only', 'source', ...packages], directory)
      return { ffmpeg: join(directory, ffmpeg), x264: join(directory, x264) }
    },
  }
}

/** Writes a file that the tools can read, and that other users cannot read, because a proxy's address can contain a password. */
async function writeFor({ isRoot }: Workshop, path: string, text: string) {
  await writeFile(path, text, { mode: 0o600 })
  if (isRoot) await chown(path, nobody, nobody)
}

/** Returns the text of sources.list. It has a line for each part of Debian from which this system installs its packages. */
async function sourceLines(workshop: Workshop, keyring: string): Promise<string> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)'
  const args = ['indextargets', '--format', format, 'Created-By: Packages']
  const targets = (await runTool(workshop, { command: 'apt-get', args })).split('\n').map((line) => line.split(' '))
  const parts = targets.flatMap(([uri = '', release = '', component, origin]) =>
    origin === 'Debian' && component === 'main' && isUri.test(uri) && isRelease.test(release)
      ? [`${uri} ${release}`]
      : [],
  )
  const known = parts.length > 0 ? parts : await defaultParts()
  return [...new Set(known)].map((part) => `deb-src [signed-by=${keyring}] ${part} main\n`).join('')
}

const isUri = /^(https?|mirror|mirror\+\w+|copy|file):\S+$/
/** Excludes backports and proposed updates: they are not for production, although they often have the newest version of a package. */
const isRelease = /^(?!.*-(backports|proposed-updates))[\w-]+$/

/** Debian's standard sources, for a system whose apt has no lists of packages. Containers often have none. */
async function defaultParts(): Promise<string[]> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const codename = /^VERSION_CODENAME="?(\w+)"?$/m.exec(release)?.[1]
  if (!codename || !/^ID="?debian"?$/m.test(release)) throw new NoDebianError()
  const site = 'http://deb.debian.org'
  return [`${site}/debian ${codename}`, `${site}/debian-security ${codename}-security`]
}

/** The proxies and other network settings of the system's apt. All other settings are left out, because apt would run the hooks in them. */
async function networkSettings(workshop: Workshop): Promise<string> {
  const settings = (await runTool(workshop, { command: 'apt-config', args: ['dump'] })).split('\n')
  return settings.filter((line) => /^Acquire::(https?::|Force|Retries)/.test(line)).join('\n')
}

const ownSettings = ({ home, sources }: { home: string; sources: string }) => `
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "${sources}";
Dir::Etc::sourceparts "/dev/null";
Dir::State "${home}";
Dir::State::lists "${home}/lists/";
Dir::State::status "/dev/null";
Dir::Cache "${home}/cache";
Dir::Log "${home}";
Acquire::Languages "none";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
APT::Update::Error-Mode "any";
`

/** The names of the .dsc files in the output of `apt-get --print-uris source`. */
function readDescriptions(output: string): Record<keyof Versions, string> {
  const names = [...output.matchAll(/^'[^']*' ([\w.+~-]+\.dsc) /gm)].map(([, name]) => name as string)
  const [ffmpeg, x264] = packages.map((name) => names.find((file) => file.startsWith(`${name}_`)))
  if (!ffmpeg || !x264) throw new FetchError({ output: 'Debian’s lists do not name ffmpeg and x264' })
  return { ffmpeg, x264 }
}

const versionsOf = ({ ffmpeg, x264 }: Record<keyof Versions, string>): Versions => ({
  ffmpeg: ffmpeg.slice('ffmpeg_'.length, -'.dsc'.length),
  x264: x264.slice('x264_'.length, -'.dsc'.length),
})

export class FetchError extends ProtocolError {
  override readonly name = 'Apt.FetchError'
  constructor({ output }: { output: string }) {
    const [, reason] = /^[EW]: (.*)$/m.exec(output) ?? []
    const told = (reason ?? output.trim().split('\n').at(-1) ?? '').replace(/\.$/, '') || 'apt-get failed'
    super(
      `Debian’s sources of ffmpeg could not be fetched: ${told}. Check the network and the addresses in /etc/apt, and run lp-relay ffmpeg again.`,
    )
  }
}

export class NoDebianError extends ProtocolError {
  override readonly name = 'Apt.NoDebianError'
  constructor() {
    super(
      'lp-relay ffmpeg needs Debian, because it builds from Debian’s sources: install ffmpeg with libx264 by other means, or set LP_FFMPEG to its path.',
    )
  }
}
