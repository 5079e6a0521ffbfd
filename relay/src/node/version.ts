/** Of `package.json`; the build and the sources agree on it. */
export { version } from '../../package.json'
