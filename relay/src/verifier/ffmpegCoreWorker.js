// This file is plain JavaScript, because Node runs the file of a worker without a build.
import { parentPort, workerData } from 'node:worker_threads'

// The core is built for a browser's worker, and first checks that the globals of such a worker exist.
Object.assign(globalThis, {
  self: globalThis,
  location: { href: workerData.coreUrl },
  WorkerGlobalScope: class {},
  importScripts: () => {},
})

const { coreUrl, module, args, input, outputs } = workerData
const { default: createCore } = await import(coreUrl)
const core = await createCore({
  instantiateWasm: (imports, done) => {
    WebAssembly.instantiate(module, imports).then((instance) => done(instance, module))
    return {}
  },
})

let complaint = ''
core.setLogger(({ type, message }) => {
  if (type === 'stderr') complaint = `${complaint}${message}\n`.slice(-2_000)
})
core.FS.writeFile(input.name, input.data)
const exitCode = core.exec('-hide_banner', '-loglevel', 'error', ...args)
const datas = exitCode === 0 ? outputs.map((name) => core.FS.readFile(name)) : []
parentPort.postMessage(
  { exitCode, complaint, datas },
  datas.map(({ buffer }) => buffer),
)
