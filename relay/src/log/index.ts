export { configureLog, type Entry, type Log, logOf } from './Log'
export { type Level, parseSpec, type Spec, SpecError } from './Spec'
