// `npm start`, `npm test`, `npm run test:long`, `npm run bench`, `npm run build` and `npm run deploy` run this script first. Until the script has installed
// the dependencies, it imports none of them.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

function fail(message) {
  console.error(message)
  process.exit(1)
}

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19))
  fail(
    `lp needs Node 20.19 or newer, and this is ${process.version}. Install a newer Node from https://nodejs.org and run the command again.`,
  )

function install() {
  const stamp = 'node_modules/.lp-lock'
  const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing dependencies (once) …')
  // npm passes its settings to this script in the environment. The install must use the user's settings instead.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('npm_config_') || name === 'npm_config_registry'),
  )
  // `npm ci` would fail if the registry does not have a package that the lock file names for another platform. See decision 001.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { stdio: ['ignore', 2, 2], env })
    : spawnSync('npm', args, { stdio: ['ignore', 2, 2], env, shell: process.platform === 'win32' })
  if (status !== 0) fail('The dependencies could not be installed. Check the network and run the command again.')
  writeFileSync(stamp, lock)
}

const [command, ...args] = process.argv.slice(2)
const commands = ['start', 'test', 'bench', 'build', 'deploy']
if (!commands.includes(command)) fail(`Usage: node scripts/run.mjs ${commands.join('|')}`)
install()
const { run } = await import('./ts.mjs')
await run(`scripts/${command}.ts`, args)
